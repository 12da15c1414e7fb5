// An engine that no rule knows: the generic rule takes the calls in the function whose name looks
// like an inference. A call that does next to nothing is no layer, and one layer is left by longjmp.
#include <setjmp.h>

#include "kernel.h"

static jmp_buf way_out;

KERNEL static void layer_stem(void) { kernel_work(900); }
KERNEL static void layer_body(void) { kernel_work(500); }
KERNEL static void note_progress(void) { kernel_result = 1; }
KERNEL static void give_up(void) {
  kernel_work(20);
  longjmp(way_out, 1);
}
KERNEL static void layer_exit(void) {
  kernel_work(100);
  give_up();
}
KERNEL static void layer_head(void) { kernel_work(300); }

KERNEL int my_inference(void) {
  layer_stem();
  note_progress();
  layer_body();
  if (setjmp(way_out) == 0) layer_exit();
  layer_head();
  return 0;
}

int main(void) { return my_inference(); }
