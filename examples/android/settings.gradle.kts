pluginManagement {
    repositories {
        google()
        mavenCentral()
    }
}

dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
        mavenLocal() // where "mvn install -Ptargets" puts qcnn-android
    }
}

rootProject.name = "qcnn-example"
include(":app")
