#pragma once

/// One semantic function per row of the .def tables: `semantics::<row id>(core, insn)`, and
/// `semantics::Undefined`.
#include "isa/semantics/arithmetic.h"
#include "isa/semantics/branch.h"
#include "isa/semantics/dsp.h"
#include "isa/semantics/float.h"
#include "isa/semantics/integer.h"
#include "isa/semantics/load_store.h"
#include "isa/semantics/system.h"
