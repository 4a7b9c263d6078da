package org.qcnn.kernel;

/** What every kernel set must do; one subclass per set runs it. */
abstract class KernelSetContract
    implements LayerContract,
        LookupContract,
        TableContract,
        PoolingContract,
        ElementwiseContract,
        MovementContract,
        MisuseContract {}
