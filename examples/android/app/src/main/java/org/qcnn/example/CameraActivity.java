package org.qcnn.example;

import android.Manifest;
import android.content.pm.PackageManager;
import android.os.Bundle;
import android.widget.TextView;
import androidx.activity.result.contract.ActivityResultContracts.RequestPermission;
import androidx.appcompat.app.AppCompatActivity;
import androidx.camera.core.CameraSelector;
import androidx.camera.core.ImageAnalysis;
import androidx.camera.core.ImageProxy;
import androidx.camera.core.Preview;
import androidx.camera.lifecycle.ProcessCameraProvider;
import androidx.camera.view.PreviewView;
import androidx.core.content.ContextCompat;
import com.google.common.util.concurrent.ListenableFuture;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Shows what the camera sees and names it, frame by frame. */
public final class CameraActivity extends AppCompatActivity {
  private static final String MODEL = "model.onnx"; // in app/src/main/assets

  /** The only thread that touches the classifier. */
  private final ExecutorService worker = Executors.newSingleThreadExecutor();

  private FrameClassifier classifier;
  private TextView guesses;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    setContentView(R.layout.camera);
    guesses = findViewById(R.id.guesses);
    worker.execute(this::openModel);
    if (checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED) {
      startCamera();
    } else {
      registerForActivityResult(
              new RequestPermission(),
              granted -> {
                if (granted) {
                  startCamera();
                } else {
                  guesses.setText("without the camera there is nothing to name");
                }
              })
          .launch(Manifest.permission.CAMERA);
    }
  }

  private void openModel() {
    try (InputStream model = getAssets().open(MODEL)) {
      classifier = new FrameClassifier(model);
    } catch (IOException | RuntimeException failure) {
      show(failure.getMessage());
    }
  }

  private void startCamera() {
    ListenableFuture<ProcessCameraProvider> opening = ProcessCameraProvider.getInstance(this);
    opening.addListener(
        () -> {
          try {
            bind(opening.get());
          } catch (ExecutionException | InterruptedException failure) {
            guesses.setText(failure.getMessage());
          }
        },
        ContextCompat.getMainExecutor(this));
  }

  private void bind(ProcessCameraProvider camera) {
    Preview preview = new Preview.Builder().build();
    PreviewView view = findViewById(R.id.preview);
    preview.setSurfaceProvider(view.getSurfaceProvider());
    // Frames that come while one is being classified are dropped.
    ImageAnalysis analysis =
        new ImageAnalysis.Builder()
            .setBackpressureStrategy(ImageAnalysis.STRATEGY_KEEP_ONLY_LATEST)
            .build();
    analysis.setAnalyzer(worker, this::analyze);
    camera.unbindAll();
    camera.bindToLifecycle(this, CameraSelector.DEFAULT_BACK_CAMERA, preview, analysis);
  }

  private void analyze(ImageProxy frame) {
    try {
      if (classifier != null) {
        ImageProxy.PlaneProxy[] planes = frame.getPlanes();
        show(
            classifier.classify(
                frame.getWidth(),
                frame.getHeight(),
                planes[0].getBuffer(),
                planes[1].getBuffer(),
                planes[2].getBuffer(),
                planes[0].getRowStride(),
                planes[1].getRowStride(),
                planes[1].getPixelStride(),
                frame.getImageInfo().getRotationDegrees()));
      }
    } finally {
      frame.close();
    }
  }

  private void show(String text) {
    runOnUiThread(() -> guesses.setText(text));
  }

  @Override
  protected void onDestroy() {
    super.onDestroy();
    worker.execute(
        () -> {
          if (classifier != null) {
            classifier.close();
          }
        });
    worker.shutdown();
  }
}
