#include "ui/cli/app.h"

int main(int argc, char** argv) { return sramscope::cli::run_app(argc, argv); }
