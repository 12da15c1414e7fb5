// A program without start-up code of its own: picolibc's crt0 and semihosting.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  int* heap = malloc(100 * sizeof *heap);
  if (heap == NULL) return 1;
  for (int i = 0; i < 100; ++i) heap[i] = i;
  printf("hello from picolibc: %d %s\n", heap[42], "ok");
  free(heap);
  return 0;
}
