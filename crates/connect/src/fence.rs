//! Keeps a mapping inside its database: it reads sources, fills tables, and no more.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Result};

use endcap_store::tables::TABLES;

/// A fence round a connection, and what it last refused.
pub(crate) struct Fence {
    refused: Arc<Mutex<Option<String>>>,
}

impl Fence {
    /// Puts the fence up; it stays until [`Fence::lift`].
    pub(crate) fn put_up(connection: &mut Connection) -> Result<Self> {
        let refused = Arc::new(Mutex::new(None));
        let last = Arc::clone(&refused);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            match fault(&context) {
                None => Authorization::Allow,
                Some(fault) => {
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
                    Authorization::Deny
                }
            }
        }))?;
        Ok(Self { refused })
    }

    /// What it refused since it was last asked.
    pub(crate) fn take_refused(&self) -> Option<String> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    pub(crate) fn lift(self, connection: &mut Connection) -> Result<()> {
        connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)
    }
}

/// Why a step is refused; `None` where it is allowed.
fn fault(context: &AuthContext<'_>) -> Option<String> {
    use AuthAction as A;
    let database = context.database_name.unwrap_or_default();
    match context.action {
        A::Select | A::Read { .. } | A::Recursive => None,
        A::Function { function_name } => function_fault(function_name),
        A::Insert { table_name } | A::Delete { table_name } | A::Update { table_name, .. } => {
            let filled = TABLES.iter().any(|table| table.name == table_name);
            if database == "temp" || database == "main" && filled {
                None
            } else if table_name == "sqlite_master" {
                Some(
                    "a mapping makes and drops temporary tables and views only: CREATE TEMP TABLE"
                        .to_owned(),
                )
            } else {
                Some(format!(
                    "`{table_name}` may not be changed; a mapping changes the tables of a \
                     snapshot and its own temporary tables"
                ))
            }
        }
        A::CreateTempTable { .. }
        | A::CreateTempIndex { .. }
        | A::CreateTempView { .. }
        | A::DropTempTable { .. }
        | A::DropTempIndex { .. }
        | A::DropTempView { .. } => None,
        // CREATE INDEX on a table of its own.
        A::CreateIndex { .. } | A::Reindex { .. } if database == "temp" => None,
        A::Pragma { pragma_name, .. } => Some(format!("PRAGMA {pragma_name} is not allowed")),
        A::Attach { .. } => Some("ATTACH is not allowed".to_owned()),
        A::Transaction { .. } | A::Savepoint { .. } => {
            Some("a mapping runs as one transaction, so it begins and ends none".to_owned())
        }
        _ => Some("the statement is not allowed; a mapping selects and inserts".to_owned()),
    }
}

/// Functions whose answer is another each time, or that reach out of the database.
fn function_fault(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "random" | "randomblob" => Some(format!(
            "{name}() is not allowed; uniform(seed, key) gives the same answer every time"
        )),
        "current_date" | "current_time" | "current_timestamp" => Some(format!(
            "{name} is not allowed; an import gives the same snapshot whenever it is made"
        )),
        "load_extension" => Some("load_extension() is not allowed".to_owned()),
        _ => None,
    }
}
