// Executes a permanently undefined instruction.
int main(void) {
  __asm__ volatile("udf #1");
  return 0;
}
