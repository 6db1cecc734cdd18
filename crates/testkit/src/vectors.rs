//! The kinds of vectors that loops are compiled for.

use fearless_simd::Level;

/// Every kind that this machine has; those it lacks are said.
#[must_use]
#[allow(clippy::print_stderr, reason = "a test says what it skips")]
pub fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(target_arch = "x86_64")]
    let levels = [
        ("SSE2", best.as_sse2().map(Level::Sse2)),
        ("SSE4.2", best.as_sse4_2().map(Level::Sse4_2)),
        ("AVX2", best.as_avx2().map(Level::Avx2)),
        ("AVX-512", best.as_avx512().map(Level::Avx512)),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let levels = [("the only one", Some(best))];
    let has = |(name, level): (&'static str, Option<Level>)| {
        if level.is_none() {
            eprintln!("skipped: this machine has no {name}");
        }
        level
    };
    levels.into_iter().filter_map(has).collect()
}
