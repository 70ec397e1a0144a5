//! What a zip holds comes out byte for byte, and what is damaged not at all.

use hedgerow::host::inflate;
use hedgerow::host::unzip;
use std::fs;
use std::path::PathBuf;

fn fixture(situation: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/host/unzip").join(situation);
    let plain = (0..5).map(|number| fs::read(folder.join(format!("{number}.plain"))).unwrap());
    (fs::read(folder.join("packed.zip")).unwrap(), plain.collect())
}

const SITUATIONS: [&str; 2] = ["written-to-a-file", "written-to-a-stream"];

#[test]
fn files_come_out_as_they_went_in() {
    for situation in SITUATIONS {
        let (packed, plain) = fixture(situation);
        assert_eq!(unzip(&packed).unwrap(), plain, "{situation}");
    }
}

#[test]
fn a_zip_that_is_cut_off_anywhere_is_none() {
    for situation in SITUATIONS {
        let (packed, _) = fixture(situation);
        // A comment at the very end says nothing of the files.
        for length in 0..packed.len() - 22 {
            assert!(unzip(&packed[..length]).is_none(), "{situation} {length}");
        }
    }
}

#[test]
fn a_damaged_zip_is_none_or_holds_as_many_bytes() {
    for situation in SITUATIONS {
        let (packed, plain) = fixture(situation);
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x41;
            if let Some(files) = unzip(&damaged) {
                let bytes = |files: &[Vec<u8>]| files.iter().map(Vec::len).sum::<usize>();
                assert!(bytes(&files) <= 10 * bytes(&plain) + (1 << 24), "{situation} {at}");
            }
        }
    }
}

#[test]
fn no_more_comes_out_than_is_asked_for() {
    // A fixed block of one byte and a copy of 258 bytes, again and again.
    let bomb = [0x4b, 0x4c, 0x1c, 0x05, 0xa3, 0x60, 0x14, 0x0c, 0x77, 0x00, 0x00];
    let (out, _) = inflate(&bomb, 1 << 20).unwrap();
    assert!(out.iter().all(|byte| *byte == b'a') && out.len() > 600);
    assert!(inflate(&bomb, out.len() - 1).is_none());
    assert!(inflate(&bomb, out.len()).is_some());
}

#[test]
fn what_follows_packed_bytes_is_left() {
    let (out, used) = inflate(&[0x4b, 0x04, 0x00, 0xaa, 0xbb], 10).unwrap();
    assert_eq!((out.as_slice(), used), (&b"a"[..], 3));
}
