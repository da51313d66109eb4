//! Who took how much of a reading, in tenths of a millisecond.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Network,
    Server,
    Page,
    Device,
}

impl Party {
    pub const ALL: [Party; 4] = [Party::Network, Party::Server, Party::Page, Party::Device];

    const fn bit(self) -> usize {
        1 << self as usize
    }
}

/// For each set of parties, what one of them took, or several between them: a set of one is told.
#[derive(Clone, Debug, Default)]
pub struct Shares([u32; 16]);

impl Shares {
    /// `tenths` that one of `parties`, or some of them between them, took.
    pub fn add(&mut self, parties: &[Party], tenths: u32) {
        let set = parties.iter().fold(0, |set, party| set | party.bit());
        self.0[set] += tenths;
    }

    /// All of `part`, times `tenths` out of `whole`.
    pub fn add_scaled(&mut self, part: &Shares, tenths: u32, whole: u32) {
        for (sum, share) in self.0.iter_mut().zip(part.0) {
            let scaled = u64::from(share) * u64::from(tenths) / u64::from(whole.max(1));
            // No more than the share, because no more than the whole is asked for.
            *sum += scaled as u32;
        }
    }

    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// What it is known to have taken.
    pub fn least(&self, party: Party) -> u32 {
        self.0[party.bit()]
    }

    /// With all that it may have taken.
    pub fn most(&self, party: Party) -> u32 {
        let may = |(set, tenths): (usize, &u32)| (set & party.bit() != 0).then_some(*tenths);
        self.0.iter().enumerate().filter_map(may).sum()
    }

    pub fn told(&self) -> u32 {
        Party::ALL.into_iter().map(|party| self.least(party)).sum()
    }

    pub fn percent(&self, tenths: u32) -> u8 {
        let percent = u64::from(tenths) * 100 / u64::from(self.total().max(1));
        percent.min(100) as u8
    }
}
