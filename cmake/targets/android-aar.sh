# The AAR: classes, the libraries of the other Android targets, rules for shrinking. java/android makes and tests it.
build_library() {
  echo "made by Maven"
}

# passed WHAT TEST_CLASS: a row for a test that Maven has just run.
passed() {
  check "$1" "$root/cmake/checks/report.sh" "org.qcnn.android.$2"
}

run_checks() {
  passed "layout, manifest, published POM" AarTest
  passed "Android's compiler D8 takes it without a warning" DexTest
  passed "an app shrunk by R8 with its rules classifies as before" ShrinkTest
  passed "the example app names camera frames like bitmaps" ExampleTest
}
