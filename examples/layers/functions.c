// Calls of every kind, counted by hand in tests/cli/test_functions.py: plain ones, recursion, tail
// calls, calls through pointers, setjmp and longjmp, and exceptions.
#include <setjmp.h>

#include "kernel.h"

static jmp_buf back;
static volatile int ticks;

KERNEL int leaf(int x) {
  kernel_work(10);
  return x + 1;
}
// 25 calls for n = 6.
// As a loop with an accumulator it would call itself half as often.
__attribute__((optimize("no-optimize-sibling-calls"))) KERNEL int fibonacci(int n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
// Leaves by a jump to leaf.
KERNEL int tail(int x) { return leaf(x * 2); }
// These two jump to each other 100 times in place of calling.
KERNEL int pong(int n);
KERNEL int ping(int n) { return n == 0 ? 0 : pong(n - 1); }
KERNEL int pong(int n) { return n == 0 ? 0 : ping(n - 1); }

KERNEL void jump_out(void) { longjmp(back, 1); }
KERNEL void dive(int depth) {
  if (depth == 0) {
    jump_out();
  } else {
    dive(depth - 1);
  }
  kernel_work(1);
}
KERNEL int catch_jump(void) {
  if (setjmp(back) == 0) dive(4);
  return leaf(1);
}

void SVC_Handler(void) {
  ++ticks;
  leaf(0);
}
KERNEL void interrupted(void) {
  for (int i = 0; i < 3; ++i) __asm__ volatile("svc #1");
}

static int (*volatile pointer)(int) = tail;

extern uint32_t __stack_top[];
void reset_handler(void);
static void stop(void) {
  for (;;) {
  }
}
__attribute__((used, section(".vectors"))) static void* const vectors[16] = {
    __stack_top, reset_handler, stop, stop,        stop, stop, stop, stop,
    stop,        stop,          stop, SVC_Handler, stop, stop, stop, stop};

int main(void) {
  int sum = 0;
  for (int i = 0; i < 7; ++i) sum += leaf(i);
  sum += fibonacci(6);
  sum += pointer(1) + pointer(2);
  sum += ping(100);
  for (int i = 0; i < 2; ++i) sum += catch_jump();
  interrupted();
  return sum == 28 + 8 + 3 + 5 + 0 + 4 && ticks == 3 ? 0 : 1;
}
