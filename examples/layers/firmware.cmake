# Firmware without markers: the shapes that the layer rules know, and calls of every kind.
function(example_layers name source)
  example_firmware(layers/${name} CPU m4 MAP mps2 SOURCES layers/${source}.c BARE ${ARGN})
endfunction()

foreach(source IN ITEMS tflm tinyengine tinymaix cmsis_nn own_engine no_hardware)
  example_layers(${source} ${source})
endforeach()
example_layers(functions functions OWN_VECTORS)
example_layers(tinyengine_patched tinyengine DEFINE PATCHED)
example_layers(microtvm others DEFINE MICROTVM)
example_layers(onnc others DEFINE ONNC)
example_layers(x_cube_ai others DEFINE X_CUBE_AI)
example_layers(cmix_nn others DEFINE CMIX_NN)
example_layers(triggers others DEFINE TRIGGERS)
example_firmware(layers/functions_m0 CPU m0 MAP microbit SOURCES layers/functions.c BARE OWN_VECTORS)

# The same without symbols.
find_program(ARM_NONE_EABI_OBJCOPY arm-none-eabi-objcopy)
set(stripped "${example_output}/layers/tinyengine_stripped.elf")
add_custom_command(
  OUTPUT "${stripped}"
  COMMAND "${ARM_NONE_EABI_OBJCOPY}" --strip-all "${example_output}/layers/tinyengine.elf" "${stripped}"
  DEPENDS "${example_output}/layers/tinyengine.elf"
  COMMENT "Stripping tinyengine.elf"
  VERBATIM)
set_property(GLOBAL APPEND PROPERTY example_elfs "${stripped}")
