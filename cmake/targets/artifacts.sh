# What is published for all targets together.
need mvn maven

build_library() { :; } # each target builds its own

run_checks() {
  check "published: sources, Javadoc, bill of materials, metadata" "$root/cmake/checks/published.sh"
  check "published: same bytes when built in another folder" "$root/cmake/checks/reproducible.sh"
}
