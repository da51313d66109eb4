use std::path::Path;

use super::*;

fn flags(config: Option<&Path>) -> Flags {
    Flags {
        config: config.map(Path::to_owned),
        ..Flags::default()
    }
}

#[test]
fn defaults_differ_only_for_the_demo() {
    let serve = Settings::resolve(&flags(None), Role::Serve).unwrap();
    assert_eq!(serve.listen.to_string(), "127.0.0.1:8787");
    assert_eq!((serve.data, serve.min_views), ("nhip-data".into(), 30));
    let demo = Settings::resolve(&flags(None), Role::Demo).unwrap();
    assert_eq!((demo.data, demo.min_views), ("nhip-data/demo".into(), 3));
}

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nhip.toml");
    std::fs::write(&file, "listen = '[::1]:9000'\nmin_views = 7\n").unwrap();
    let mut flags = flags(Some(&file));
    flags.min_views = Some(9);
    let settings = Settings::resolve(&flags, Role::Serve).unwrap();
    assert_eq!(settings.listen.to_string(), "[::1]:9000");
    assert_eq!(settings.min_views, 9);
    assert_eq!(settings.data, PathBuf::from("nhip-data"));
}

#[test]
fn a_file_that_is_not_understood_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nhip.toml");
    for text in ["lisen = 'x'", "min_views = 0", "min_views = 'x'", "listen"] {
        std::fs::write(&file, text).unwrap();
        let error = Settings::resolve(&flags(Some(&file)), Role::Serve).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("nhip.toml"), "{message}");
        assert!(!message.contains('\n'), "{message}");
        let where_it_is = message.contains("line 1") || message.contains("min_views");
        assert!(where_it_is, "{message}");
    }
    let missing = Settings::resolve(&flags(Some(Path::new("/missing.toml"))), Role::Serve);
    assert!(missing.unwrap_err().to_string().contains("/missing.toml"));
}

#[test]
fn what_is_watched_and_who_is_told_is_checked_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nhip.toml");
    let mail = "[notify.mail]\nfrom = 'nhip@example.vn'\n";
    for (text, word) in [
        ("[[alert]]\nname = 'x'\nwhen = 'p75'".to_owned(), "reading"),
        (
            "[[alert]]\nname = 'x'\nwhen = 'grade'\n".repeat(2),
            "'x' again",
        ),
        ("[notify]\nlanguage = 'fr'".to_owned(), "vi or en"),
        (
            "[notify]\nwebhooks = [{ url = 'ftp://a.vn/' }]".to_owned(),
            "https://",
        ),
        (
            "[notify]\nwebhooks = [{ name = 'mail x', url = 'https://a.vn/' }]".to_owned(),
            "'mail x' again",
        ),
        (format!("{mail}to = ['an@example.vn']"), "smtp"),
        (
            format!("{mail}to = []\nsmtp = 'smtp://localhost'"),
            "got none",
        ),
        (
            format!("{mail}to = ['an']\nsmtp = 'smtp://localhost'"),
            "notify.mail.to",
        ),
        (
            format!("{mail}to = ['an@example.vn']\nsmtp = 'localhost'"),
            "smtps://",
        ),
        ("own_portal = 'Hà Nội'".to_owned(), "own_portal"),
    ] {
        std::fs::write(&file, &text).unwrap();
        let error = Settings::resolve(&flags(Some(&file)), Role::Serve).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(word), "{text}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
    std::fs::write(&file, "alert = []").unwrap();
    let settings = Settings::resolve(&flags(Some(&file)), Role::Serve).unwrap();
    assert_eq!(settings.rules, []);
    let usual = Settings::resolve(&flags(None), Role::Serve).unwrap();
    assert!(!usual.rules.is_empty());
}
