plugins {
    id("com.android.application")
}

android {
    namespace = "org.qcnn.example"
    compileSdk = 35

    defaultConfig {
        applicationId = "org.qcnn.example"
        minSdk = 24
        targetSdk = 35
        versionCode = 1
        versionName = "1"
    }

    buildTypes {
        release {
            isMinifyEnabled = true // the AAR brings the rules that qcnn needs
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"))
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }

    androidResources {
        noCompress += "onnx" // a compressed model does not become smaller by zipping it
    }
}

dependencies {
    implementation("org.qcnn:qcnn-android:0.1.0-SNAPSHOT")
    implementation("androidx.appcompat:appcompat:1.7.0")
    implementation("androidx.camera:camera-camera2:1.4.1")
    implementation("androidx.camera:camera-lifecycle:1.4.1")
    implementation("androidx.camera:camera-view:1.4.1")
}
