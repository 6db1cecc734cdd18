//! The process's own clocks and its memory.

use std::time::Instant;

use cpu_time::ProcessTime;

/// Where both clocks stood.
pub(super) struct Started {
    cpu: ProcessTime,
    wall: Instant,
}

impl Started {
    pub(super) fn now() -> Self {
        Self {
            cpu: ProcessTime::now(),
            wall: Instant::now(),
        }
    }

    /// Milliseconds since then: of the processor, all threads together, and on the wall.
    pub(super) fn elapsed_ms(&self) -> (f64, f64) {
        let wall = self.wall.elapsed();
        let cpu = self.cpu.elapsed();
        (cpu.as_secs_f64() * 1e3, wall.as_secs_f64() * 1e3)
    }
}

/// What the process holds in memory, in megabytes, by its name in Linux, which alone tells.
pub(super) fn memory_mb(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}
