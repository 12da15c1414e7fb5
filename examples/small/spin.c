// Ends as much firmware does: in a branch to itself.
#include <stdio.h>

int main(void) {
  puts("spinning");
  fflush(stdout);
  __asm__ volatile("b .");
  return 0;
}
