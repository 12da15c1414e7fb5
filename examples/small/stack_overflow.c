// Recursion that outgrows the stack and runs into a static buffer right below it.
//
// The stack of this firmware is 4 KB (its CMake line says so); every call takes about 270 bytes,
// so depth 15 or so crosses __stack_limit. On a board without memory protection nothing happens
// then, except that the canary is overwritten: the program notices, says so and exits with 3.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { kCanaryBytes = 1024, kCanary = 0xA5, kFrameBytes = 256 };

__attribute__((section(".below_stack"))) static volatile uint8_t canary[kCanaryBytes];

static int canary_intact(void) {
  for (int i = 0; i < kCanaryBytes; ++i) {
    if (canary[i] != kCanary) return 0;
  }
  return 1;
}

__attribute__((noinline)) static int recurse(int depth) {
  volatile uint8_t frame[kFrameBytes];
  for (int i = 0; i < kFrameBytes; ++i) frame[i] = (uint8_t)depth;
  if (!canary_intact()) return depth;
  const int deepest = recurse(depth + 1);
  return frame[depth % kFrameBytes] == (uint8_t)depth ? deepest : -1;  // keeps the frame alive
}

int main(void) {
  for (int i = 0; i < kCanaryBytes; ++i) canary[i] = kCanary;
  printf("canary destroyed at depth %d\n", recurse(0));
  return 3;
}
