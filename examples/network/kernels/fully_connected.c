#include "fully_connected.h"

#include "dot.h"
#include "requantize.h"

void ss_fully_connected_s8(const SsFilter* filter, int inputs, int outputs, const int8_t* input,
                           int8_t* output) {
  for (int o = 0; o < outputs; ++o) {
    const int8_t* weights = filter->weights + o * inputs;
    output[o] = ss_requantize(filter, o, ss_dot(input, weights, inputs, filter->bias[o]));
  }
}
