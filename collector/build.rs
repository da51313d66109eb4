//! The widget and the demo's files are embedded; cargo does not see new files in their folders.

fn main() {
    for folder in ["../pkg", "../www/dashboard", "../www/demo", "../www/vendor"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
