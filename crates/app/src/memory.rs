//! Memory that is free again.

/// Gives the system back what this process has let go of, which glibc mostly keeps for later: to
/// open a retailer takes more than it leaves.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "no library has a door to it")]
    // SAFETY: any thread may call it at any time, and it is given nothing but a number (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
}
