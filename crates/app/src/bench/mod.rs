//! The works that speed is measured by.

mod clock;
pub mod conditions;

use sha2::{Digest, Sha256};

/// What was measured.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measured {
    /// Milliseconds of processor time of all threads, one a repetition.
    pub cpu_ms: Vec<f64>,
    /// Milliseconds on the wall, one a repetition.
    pub wall_ms: Vec<f64>,
    /// SHA-256 of all answers, in hexadecimal digits.
    pub digest: String,
    /// Megabytes (2^20 bytes) that the process had in memory after the work, where the system
    /// tells.
    pub resident_mb: Option<f64>,
}

/// Times of repetitions, and the digest of their answers.
#[derive(Default)]
struct Record {
    cpu_ms: Vec<f64>,
    wall_ms: Vec<f64>,
    digest: Sha256,
}

impl Record {
    /// Does a repetition and times it.
    fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = clock::Started::now();
        let result = work();
        let (cpu, wall) = started.elapsed_ms();
        self.cpu_ms.push(cpu);
        self.wall_ms.push(wall);
        result
    }

    fn finish(self) -> Measured {
        let digest = self.digest.finalize();
        Measured {
            cpu_ms: self.cpu_ms,
            wall_ms: self.wall_ms,
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            resident_mb: clock::resident_mb(),
        }
    }
}
