//! Which WebAssembly the module may use: what Chrome 80 and the browsers of its time can run.

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

/// Bulk memory is since Chrome 75, Firefox 79, Safari 15; the others are older. Reference types
/// (Chrome 96) and multi-value (Chrome 86) are too new, and so is everything after them.
/// Source: <https://webassembly.org/features/>.
const BASELINE: WasmFeatures = WasmFeatures::MVP
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::BULK_MEMORY);

/// # Errors
///
/// The module is invalid, or uses what is not in the baseline.
pub fn check(module: &[u8]) -> Result<()> {
    Validator::new_with_features(BASELINE)
        .validate_all(module)
        .context("the module is more than Chrome 80 can run")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bundle, root};

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";
    const TYPES: u8 = 1;
    const TABLES: u8 = 4;

    /// A module of one section.
    fn module(section: u8, content: &[u8]) -> Vec<u8> {
        [HEADER, &[section, content.len() as u8], content].concat()
    }

    /// A module of one function, without parameters and results.
    fn function(body: &[u8]) -> Vec<u8> {
        let code = [&[1, body.len() as u8 + 2, 0], body, &[0x0b]].concat();
        [
            module(TYPES, &[1, 0x60, 0, 0]),
            vec![3, 2, 1, 0],
            [&[10, code.len() as u8], &code[..]].concat(),
        ]
        .concat()
    }

    #[test]
    fn the_committed_module_is_within_the_baseline() {
        let core = std::fs::read_to_string(root().join("pkg/nhip-core.js")).unwrap();
        check(&bundle::module_in(&core).unwrap()).unwrap();
    }

    #[test]
    fn what_is_newer_than_chrome_80_is_found() {
        // 0x7f is i32, 0x6f externref, 0x70 funcref, 0x7b v128.
        let cases = [
            ("multi-value", module(TYPES, &[1, 0x60, 0, 2, 0x7f, 0x7f])),
            ("externref", module(TYPES, &[1, 0x60, 1, 0x6f, 0])),
            ("two tables", module(TABLES, &[2, 0x70, 0, 1, 0x70, 0, 1])),
            ("simd", module(TYPES, &[1, 0x60, 1, 0x7b, 0])),
            ("tail call", function(&[0x12, 0])),
        ];
        for (name, module) in cases {
            assert!(
                Validator::new().validate_all(&module).is_ok(),
                "{name}: valid today"
            );
            assert!(check(&module).is_err(), "{name}: not in the baseline");
        }
    }

    #[test]
    fn what_chrome_80_has_is_allowed() {
        // i32.const 0, i32.extend8_s, drop: sign extension.
        check(&function(&[0x41, 0, 0xc0, 0x1a])).unwrap();
    }
}
