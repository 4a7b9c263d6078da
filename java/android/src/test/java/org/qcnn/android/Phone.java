package org.qcnn.android;

import com.github.unidbg.AndroidEmulator;
import com.github.unidbg.Emulator;
import com.github.unidbg.Module;
import com.github.unidbg.arm.ArmSvc;
import com.github.unidbg.arm.backend.Unicorn2Factory;
import com.github.unidbg.linux.android.AndroidEmulatorBuilder;
import com.github.unidbg.linux.android.AndroidResolver;
import com.github.unidbg.memory.SvcMemory;
import com.github.unidbg.pointer.UnidbgPointer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;

/**
 * An emulated Arm processor with Android's own C library (that of Android 6) and our native library
 * loaded by its linker, whose functions can be called.
 */
final class Phone implements AutoCloseable {
  /**
   * {@code HWCAP_NEON} of 32-bit Arm: the emulator has NEON but tells programs that it has nothing.
   */
  private static final int NEON = 1 << 12;

  private static final int ALIGNMENT = 64;

  static {
    // After a fault the emulator asks a person what to do, and would wait for the answer.
    System.setIn(InputStream.nullInputStream());
  }

  private final AndroidEmulator emulator;
  private final Module library;

  Phone(String abi) {
    emulator =
        (abi.equals("arm64-v8a")
                ? AndroidEmulatorBuilder.for64Bit()
                : AndroidEmulatorBuilder.for32Bit())
            .addBackendFactory(new Unicorn2Factory(false))
            .build();
    emulator.getMemory().setLibraryResolver(new AndroidResolver(23));
    if (emulator.is32Bit()) {
      emulator
          .getMemory()
          .addHookListener(
              (memory, libraryName, symbolName, old) ->
                  symbolName.equals("getauxval") ? capabilities(memory) : 0);
    }
    File file = new File(System.getProperty("aar.content"), "jni/" + abi + "/libjniqcnn.so");
    library = emulator.loadLibrary(file);
  }

  /** Answers for {@code getauxval} what our library asks it for, the processor's capabilities. */
  private static long capabilities(SvcMemory memory) {
    return memory.registerSvc(
            new ArmSvc() {
              @Override
              public long handle(Emulator<?> emulator) {
                return NEON;
              }
            })
        .peer;
  }

  /** Calls a function that returns an {@code int32_t}. */
  int call(String function, Object... arguments) {
    return (int) size(function, arguments);
  }

  /**
   * Calls a function that returns an {@code int64_t}. Arguments are numbers and pointers; floats
   * travel as Android's convention wants it.
   */
  long size(String function, Object... arguments) {
    Object[] converted = arguments.clone();
    for (int i = 0; i < converted.length; i++) {
      if (converted[i] == null) {
        converted[i] = 0;
      } else if (converted[i] instanceof Float && emulator.is32Bit()) {
        converted[i] = Float.floatToRawIntBits((Float) converted[i]);
      }
    }
    return library.callFunction(emulator, function, converted).longValue();
  }

  /** Returns zeroed memory, 64-byte aligned as the C functions want it. */
  UnidbgPointer allocate(long bytes) {
    UnidbgPointer block =
        emulator.getMemory().malloc(Math.toIntExact(bytes) + ALIGNMENT, false).getPointer();
    UnidbgPointer aligned = (UnidbgPointer) block.share(-block.peer & (ALIGNMENT - 1));
    aligned.write(0, new byte[Math.toIntExact(bytes)], 0, Math.toIntExact(bytes));
    return aligned;
  }

  UnidbgPointer ints(int... values) {
    UnidbgPointer pointer = allocate((long) values.length * Integer.BYTES);
    pointer.write(0, values, 0, values.length);
    return pointer;
  }

  UnidbgPointer floats(float... values) {
    UnidbgPointer pointer = allocate((long) values.length * Float.BYTES);
    pointer.write(0, values, 0, values.length);
    return pointer;
  }

  UnidbgPointer bytes(byte... values) {
    UnidbgPointer pointer = allocate(values.length);
    pointer.write(0, values, 0, values.length);
    return pointer;
  }

  @Override
  public void close() throws IOException {
    emulator.close();
  }
}
