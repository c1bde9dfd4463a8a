// Random number generators and their states.
#include "common.h"
#include <ATen/CPUGeneratorImpl.h>

namespace {
template <class F> auto locked(at::Generator* generator, F&& body)
{
    std::lock_guard<std::mutex> lock(generator->mutex());
    return body();
}
}

API at::Generator* bl_generator_new(uint64_t seed) { return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed)); }
API at::Generator* bl_generator_default() { return new at::Generator(at::detail::getDefaultCPUGenerator()); }
API void bl_generator_free(at::Generator* generator) { delete generator; }
API void bl_generator_manual_seed(at::Generator* generator, int64_t seed)
{
    locked(generator, [&] { generator->set_current_seed(static_cast<uint64_t>(seed)); });
}
API Tensor* bl_generator_get_state(at::Generator* generator)
{
    return make([&] { return locked(generator, [&] { return generator->get_state(); }); });
}
API int bl_generator_set_state(at::Generator* generator, Tensor* state)
{
    return run([&] { locked(generator, [&] { generator->set_state(*state); }); });
}
