//! Ctrl+C: the first is told to whoever works, the second ends the program at once.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::screen::Exit;

/// Whether Ctrl+C was pressed since this was made.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Where the system lets nobody listen, Ctrl+C ends the program as it does
    /// without.
    pub(crate) fn listen() -> Self {
        let pressed = Arc::new(AtomicBool::new(false));
        let before = Arc::new(AtomicBool::new(false));
        // In this order: no press goes unseen between the steps, and the first sees none before it.
        if flag::register(SIGINT, Arc::clone(&pressed)).is_ok() {
            let seen = Arc::clone(&before);
            let ends = flag::register_conditional_shutdown(SIGINT, Exit::Interrupted as i32, seen);
            if ends.is_ok() {
                let _ = flag::register(SIGINT, before);
            }
        }
        Self(pressed)
    }

    /// Goes on until Ctrl+C is pressed.
    pub(crate) fn asks(&self) -> ControlFlow<()> {
        if self.0.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}
