//! A serializer that builds a JavaScript object through four calls. It knows what a snapshot is made
//! of (structs, sequences, numbers, words) and nothing more; `serde-wasm-bindgen` knows everything,
//! and brings a hash table and closures with it. What that costs is in `docs/architecture.md`.

use std::fmt;

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/object.js")]
extern "C" {
    fn number(name: &str, value: f64);
    fn text(name: &str, value: &str);
    fn open(name: &str, is_array: bool);
    fn close();
}

/// Builds `value`; `object.js` hands it out.
pub fn build(value: &impl Serialize) {
    // Nothing can fail but a type that a snapshot does not have, and that is a compiler's matter:
    // `session_tests.rs` serializes every field.
    let _ = value.serialize(Object { name: "" });
}

#[derive(Debug)]
pub struct Unsupported;

impl fmt::Display for Unsupported {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Unsupported {}

impl serde::ser::Error for Unsupported {
    fn custom<T: fmt::Display>(_: T) -> Unsupported {
        Unsupported
    }
}

/// Writes one value under a name.
struct Object {
    name: &'static str,
}

struct Fields;

impl SerializeStruct for Fields {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        value.serialize(Object { name })
    }

    fn end(self) -> Result<(), Unsupported> {
        close();
        Ok(())
    }
}

impl SerializeSeq for Fields {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        value.serialize(Object { name: "" })
    }

    fn end(self) -> Result<(), Unsupported> {
        close();
        Ok(())
    }
}

macro_rules! unsupported {
    ($($method:ident($($type:ty),*);)+) => {
        $(fn $method(self $(, _: $type)*) -> Result<(), Unsupported> { Err(Unsupported::custom("")) })+
    };
}

impl Serializer for Object {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Fields;
    type SerializeStruct = Fields;
    type SerializeTuple = Impossible<(), Unsupported>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Impossible<(), Unsupported>;
    type SerializeStructVariant = Impossible<(), Unsupported>;

    fn serialize_f64(self, value: f64) -> Result<(), Unsupported> {
        number(self.name, value);
        Ok(())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unsupported> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_str(self, value: &str) -> Result<(), Unsupported> {
        text(self.name, value);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unsupported> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Unsupported> {
        open(self.name, false);
        Ok(Fields)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Fields, Unsupported> {
        open(self.name, true);
        Ok(Fields)
    }

    unsupported! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_char(char);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unsupported> {
        Err(Unsupported)
    }
}
