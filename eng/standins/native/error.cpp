// The message of the last failure on each thread.
#include "common.h"

namespace {
thread_local std::string last_error;
}

void remember_error() noexcept
{
    try {
        throw;
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "libtorch threw something that is no std::exception.";
    }
}

API const char* bl_last_error() { return last_error.c_str(); }
