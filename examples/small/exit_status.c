// Ends with status 7, and only after its exit handlers have run.
#include <stdio.h>
#include <stdlib.h>

static void goodbye(void) { puts("goodbye"); }

int main(void) {
  atexit(goodbye);
  exit(7);
}
