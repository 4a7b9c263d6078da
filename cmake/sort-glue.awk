# Sorts the functions of JavaCPP's glue by name. It writes them in the order in which the virtual machine lists the methods
# of a class, which differs from run to run, and then so would the bytes of the library.
/^JNIEXPORT .* Java_/ { name = $0; names[++count] = name }
name != "" {
  text[name] = text[name] $0 "\n"
  if ($0 == "}") { name = "" }
  next
}
count == 0 { print }
count > 0 { rest = rest $0 "\n" }
END {
  for (i = 2; i <= count; i++) {
    moving = names[i]
    for (j = i - 1; j >= 1 && names[j] > moving; j--) { names[j + 1] = names[j] }
    names[j + 1] = moving
  }
  for (i = 1; i <= count; i++) { printf "%s", text[names[i]] }
  printf "%s", rest
}
