//! What several collectors of one database do only once.

use nhip_protocol::code::Code;

/// Which of the collectors of a database this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    pub rank: u32,
    /// 0: it cannot tell, and does nothing.
    pub of: u32,
}

impl Duty {
    pub const WHOLE: Duty = Duty { rank: 0, of: 1 };
    pub const NONE: Duty = Duty { rank: 0, of: 0 };

    /// Whether what one does for all is its own.
    pub fn leads(self) -> bool {
        self.of > 0 && self.rank == 0
    }

    /// Whether a portal's rollups are its own.
    pub fn has(self, portal: &Code) -> bool {
        let sum = |sum: u32, byte: u8| sum.wrapping_mul(31).wrapping_add(byte.into());
        let number = portal.as_str().bytes().fold(0, sum);
        self.of > 0 && number % self.of == self.rank
    }
}
