// How many threads libtorch computes with.
#include "common.h"
#include <ATen/Parallel.h>

API int bl_get_num_threads() { return at::get_num_threads(); }
API int bl_set_num_threads(int count) { return run([&] { at::set_num_threads(count); }); }
