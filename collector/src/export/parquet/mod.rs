//! Apache Parquet: a file of typed columns, compressed with zstd. What nobody could tell is NULL.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

pub use self::readings::Readings;
pub use self::rows::Rows;

mod readings;
mod rows;

/// A group of rows is held until it is written: so many at most, and about so many bytes. Readers skip and share out
/// whole groups; DuckDB's own have 122,880 rows.
const GROUP_ROWS: usize = 122_880;
const GROUP_BYTES: usize = 32 * 1024 * 1024;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Json,
    /// Milliseconds since 1970 UTC.
    Time,
    Integer,
    /// 64 bits without a sign.
    Id,
    Number,
    Flag,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// A file that is being written; it can be read once it is ended.
pub struct Table<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl<W: Write + Send> Table<W> {
    pub fn begin(columns: &[(&str, Kind)], to: W) -> io::Result<Table<W>> {
        let fields = columns
            .iter()
            .map(|(name, kind)| Ok(kind.field(name)?.into()));
        let fields = fields
            .collect::<Result<_, ParquetError>>()
            .map_err(failed)?;
        let schema = Type::group_type_builder("nhip").with_fields(fields).build();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(Default::default()))
            .set_created_by(concat!("nhip ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let schema = Arc::new(schema.map_err(failed)?);
        Ok(Table {
            file: SerializedFileWriter::new(to, schema, Arc::new(properties)).map_err(failed)?,
            columns: columns.iter().map(|(_, kind)| Column::of(*kind)).collect(),
            rows: 0,
            bytes: 0,
        })
    }

    /// One value a column, in their order.
    ///
    /// # Errors
    ///
    /// The file's own; more or fewer values than columns, or one of another type.
    pub fn write(&mut self, row: impl IntoIterator<Item = Cell>) -> io::Result<()> {
        let mut cells = row.into_iter();
        for column in &mut self.columns {
            let cell = cells.next().ok_or_else(misfit)?;
            self.bytes += column.push(cell)?;
        }
        if cells.next().is_some() {
            return Err(misfit());
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.flush().map_err(failed)?;
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.flush().map_err(failed)?;
        }
        self.file.into_inner().map_err(failed)
    }

    /// Writes what is held as a group.
    fn flush(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for Column { values, levels } in &mut self.columns {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            let told = Some(levels.as_slice());
            match values {
                Values::Text(it) => column
                    .typed::<ByteArrayType>()
                    .write_batch(it, told, None)?,
                Values::Integer(it) => column.typed::<Int64Type>().write_batch(it, told, None)?,
                Values::Number(it) => column.typed::<DoubleType>().write_batch(it, told, None)?,
                Values::Flag(it) => column.typed::<BoolType>().write_batch(it, told, None)?,
            };
            column.close()?;
            values.clear();
            levels.clear();
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

/// What is held of a column.
struct Column {
    values: Values,
    /// Of each row, 1 where there is a value, 0 where there is none.
    levels: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

impl Column {
    fn of(kind: Kind) -> Column {
        let values = match kind {
            Kind::Text | Kind::Json => Values::Text(Vec::new()),
            Kind::Time | Kind::Integer | Kind::Id => Values::Integer(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Flag => Values::Flag(Vec::new()),
        };
        Column {
            values,
            levels: Vec::new(),
        }
    }

    /// About how many bytes are held for it.
    fn push(&mut self, cell: Cell) -> io::Result<usize> {
        let mut bytes = size_of::<i16>();
        match (&mut self.values, cell) {
            (_, Cell::Null) => {
                self.levels.push(0);
                return Ok(bytes);
            }
            (Values::Text(values), Cell::Text(text)) => {
                bytes += size_of::<ByteArray>() + text.len();
                values.push(text.into_bytes().into());
            }
            (Values::Integer(values), Cell::Integer(integer)) => values.push(integer),
            (Values::Number(values), Cell::Number(number)) => values.push(number),
            (Values::Flag(values), Cell::Flag(flag)) => values.push(flag),
            _ => return Err(misfit()),
        }
        self.levels.push(1);
        Ok(bytes + size_of::<i64>())
    }
}

impl Values {
    fn clear(&mut self) {
        match self {
            Values::Text(it) => it.clear(),
            Values::Integer(it) => it.clear(),
            Values::Number(it) => it.clear(),
            Values::Flag(it) => it.clear(),
        }
    }
}

impl Kind {
    fn field(self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
            Kind::Time => {
                let utc = LogicalType::timestamp(true, TimeUnit::MILLIS);
                (Physical::INT64, Some(utc))
            }
            Kind::Integer => (Physical::INT64, Some(LogicalType::integer(64, true))),
            Kind::Id => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Flag => (Physical::BOOLEAN, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<i64> for Cell {
    fn from(integer: i64) -> Cell {
        Cell::Integer(integer)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Cell {
        Cell::Flag(flag)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Null, Into::into)
    }
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => io::Error::other(cause),
        other => io::Error::other(other.to_string()),
    }
}

fn misfit() -> io::Error {
    io::Error::other("a row does not fit the columns of its table")
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    #[test]
    fn no_more_than_a_group_of_rows_is_held() {
        let columns = [("n", Kind::Integer), ("text", Kind::Text)];
        let file = tempfile::tempfile().unwrap();
        let mut table = Table::begin(&columns, file).unwrap();
        for n in 0..100 {
            let text = Cell::Text("x".repeat(1024 * 1024));
            table.write([Cell::Integer(n), text]).unwrap();
            assert!(table.bytes < GROUP_BYTES, "{}", table.bytes);
        }
        for _ in 0..GROUP_ROWS {
            table.write([Cell::Null, Cell::Null]).unwrap();
        }
        let file = table.end().unwrap();
        let read = SerializedFileReader::new(file).unwrap();
        let groups = read.metadata().row_groups().iter();
        let rows: Vec<i64> = groups.map(|group| group.num_rows()).collect();
        assert_eq!(rows, [32, 32, 32, GROUP_ROWS as i64, 4]);
    }

    #[test]
    fn a_row_that_fits_no_column_is_an_error() {
        for row in [
            vec![],
            vec![Cell::from("x")],
            vec![Cell::from(1), Cell::from(2)],
        ] {
            let mut table = Table::begin(&[("n", Kind::Integer)], Vec::new()).unwrap();
            assert!(table.write(row.clone()).is_err(), "{row:?}");
        }
    }
}
