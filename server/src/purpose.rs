//! What a data folder is for. The people of a demonstration sign in with a password that everybody knows,
//! so they never share a folder or a database with real ones.

use domain::account::{Role, StaffMember};
use domain::ids::StaffId;
use records::{Error, Records};
use std::path::Path;

/// The file in the data folder that says it.
const FILE: &str = "purpose";

/// Work or rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real people.
    Real,
    /// The demonstration, and whoever signs up while it runs.
    Demo,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::Real => "real\n",
            Purpose::Demo => "demo\n",
        }
    }

    /// Takes the folder for this purpose, or says why it cannot be. The first use decides.
    pub async fn claim(self, records: &Records, data: &Path) -> Result<(), Error> {
        let file = data.join(FILE);
        match std::fs::read_to_string(&file) {
            Ok(word) if word == self.word() => Ok(()),
            Ok(_) => Err(self.refusal(data)),
            Err(_) if has_people_of_the_other(records, self).await? => Err(self.refusal(data)),
            Err(_) => Ok(std::fs::write(&file, self.word())?),
        }
    }

    fn refusal(self, data: &Path) -> Error {
        let data = data.display();
        Error::Configuration(match self {
            Purpose::Real => format!(
                "{data} holds a demonstration, whose people sign in with a known password: name another folder by JIKAO_DATA \
                 (and another database by JIKAO_DATABASE)"
            ),
            Purpose::Demo => format!(
                "{data} holds real people, so the demonstration does not touch it: name another folder by JIKAO_DATA \
                 (and another database by JIKAO_DATABASE)"
            ),
        })
    }
}

/// A database that was used with another folder tells it by its staff: nobody works without any.
async fn has_people_of_the_other(records: &Records, purpose: Purpose) -> Result<bool, Error> {
    let demo = records::staff::demo_staff(records).await?;
    let reader = StaffMember {
        id: StaffId(Default::default()),
        name: String::new(),
        role: Role::Administrator,
        agency: None,
        body: String::new(),
    };
    let all = records::staff::list(records, &reader).await?;
    Ok(match purpose {
        Purpose::Real => !demo.is_empty(),
        Purpose::Demo => all.iter().any(|line| !demo.iter().any(|member| member.id == line.id)),
    })
}
