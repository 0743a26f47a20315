//! Sentences about rosters: reading, mending, importing, photos.

#[cfg(feature = "ssr")]
pub mod guide;

use domain::page::roster::{ArchiveFault, RosterRefusal, RosterState};
use domain::roster::LayoutRefusal;
use domain::time::chinese_moment;

/// Why nothing was done.
pub fn refusal(refusal: &RosterRefusal) -> String {
    match refusal {
        RosterRefusal::Layout(refusal) => layout(refusal),
        RosterRefusal::Nobody => "表头下面没有人。请填好再上传。".to_owned(),
        RosterRefusal::State(state) => standing(*state).to_owned(),
        RosterRefusal::Imported { by, at } => format!(
            "{by} 已经在 {} 按过导入，不用再按，没有重复导入。导到哪里、每个人的结果见下面。",
            chinese_moment(*at, at.day())
        ),
        RosterRefusal::NothingReady => "没有一行可以导入。请先照着提示改好。".to_owned(),
        RosterRefusal::NothingToUndo => "这份名单还没有导入过人，没有可撤的。".to_owned(),
        RosterRefusal::Filed { people } => {
            format!("其中 {people} 人已经提交申报，不能整份撤回。请先收回申报。")
        }
        RosterRefusal::Archive(fault) => archive(*fault),
        RosterRefusal::Joined => "这张照片已经配好了。请刷新看最新的。".to_owned(),
        RosterRefusal::NotRendered => "用这张原图做不出合格的照片。请换一张原照片。".to_owned(),
        RosterRefusal::Begun => "已经开始导入过，表头不能再改。要换读法，请重新上传这份表。".to_owned(),
        RosterRefusal::NoHours { most } => format!("学时只写数字，1 到 {most}，例如 120。"),
        RosterRefusal::PutBack => "这一次改动已经改回去了。请刷新看最新的。".to_owned(),
        RosterRefusal::NobodyLeft => "没有要导出的人：还没有导入，或都已经确认。".to_owned(),
    }
}

/// Why a sheet is none of people.
pub fn layout(refusal: &LayoutRefusal) -> String {
    match refusal {
        LayoutRefusal::NoHeadings { .. } => {
            "前 30 行里没有认得的表头。表头至少要有姓名、证件号码和另外一列，请补上再上传。".to_owned()
        }
        LayoutRefusal::ColumnsMissing(labels) => {
            format!("缺 {} 列：{}。请在下面指明是哪一列，或在表里补上再上传。", labels.len(), labels.join("、"))
        }
        LayoutRefusal::ColumnTwice(label) => format!("有两列都是“{label}”。请只留一列，另一列选“不用”。"),
        LayoutRefusal::NoSuchRow { row, last } => {
            format!("第 {row} 行是空的，这张表最后一行是第 {last} 行。请照表里左边的行号填。")
        }
        LayoutRefusal::Height { high, highest } => format!("表头最多 {highest} 行，填的是 {high} 行。请重新选。"),
    }
}

fn standing(state: RosterState) -> &'static str {
    match state {
        RosterState::Mapping => "表的列还没有对好。请先对上列名。",
        RosterState::Running => "这份名单正在导入。要改，请先暂停。",
        RosterState::Undoing => "这份名单正在撤回，请等它做完。",
        RosterState::Undone => "这份名单已经撤回。要再导入，请重新上传。",
        RosterState::Open | RosterState::Paused => "这份名单已经导入过人。请先撤回，再丢弃。",
    }
}

fn archive(fault: ArchiveFault) -> String {
    match fault {
        ArchiveFault::NotAnArchive => "这个压缩包打不开，可能损坏了。请重新压缩成 zip 再传。".to_owned(),
        ArchiveFault::TooManyEntries { entries, limit } => {
            format!("压缩包里有 {entries} 个文件，最多 {limit} 个。请分成几个压缩包。")
        }
        ArchiveFault::Overlapping => "压缩包里的文件互相重叠，不是正常的压缩包，没有打开。请重新压缩。".to_owned(),
        ArchiveFault::Locked => "压缩包设了密码，打不开。请去掉密码再传。".to_owned(),
    }
}

/// Sentences of the page alone: the server draws it, phones never carry them.
#[cfg(feature = "ssr")]
pub mod page {
    use domain::contact::MobileFault;
    use domain::id_document::IdFault;
    use domain::page::roster::{
        ClassHours, FaultGroup, Joining, LeftOutWhy, RosterBoard, RosterPhoto, RosterRow, RosterState, RowRefusal,
        RowState,
    };
    use domain::roster::{Column, FaultKind, Layout, MendReason, SheetKind, ShortHours};

    /// Under the field of the sheet.
    pub const SHEET_HINT: &str =
        "《报名信息表》《花名册》或申报表的汇总表，xlsx、xls、csv 都行，一次最多两万行。先试一遍，确认以前什么都不改。";
    /// Under the field of photos.
    pub const PHOTOS_HINT: &str =
        "一个 zip，或几张照片。文件名写证件号码和姓名，例如 330822199012153426张三.JPG，先后不限。";
    /// Under the field of a folder.
    pub const FOLDER_HINT: &str = "整个文件夹一次选上。不能选文件夹的浏览器，请压缩成 zip。";
    /// The plan's procedure has its candidates fill in themselves.
    pub const NOT_COLLECTED: &str = "这个计划由考生自己填报，不收名单。要由机构报送，请用“机构采集”的办法发布计划。";
    /// Before taking back.
    pub const UNDO_HINT: &str = "撤回后，这份名单导入的草稿都删掉，名单留着。本人已经动过的不撤；提交申报以后不能撤。";
    /// Beside links.
    pub const LINKS_HINT: &str =
        "给还没确认的每个人做一个链接，下载成表，发给本人。新链接一出，旧的就失效，所以只下载一次。";
    /// The way to sending them.
    pub const LINKS_SENT: &str = "也可以直接发到本人手机";
    /// Beside an import under way.
    pub const MOVING_HINT: &str = "关掉这一页也会接着做；服务器重启以后从停下的那一行接着做。";

    /// The sheet's headings are not known.
    pub const NO_HEADINGS: &str =
        "前 30 行里没有认得的表头。请看下面的前几行，填表头从第几行开始、一共几行；再在下面说清楚每一列是什么。";
    /// Under the question for the row of headings.
    pub const HEADINGS_HINT: &str = "行号和表格软件左边的一样。表头分两行的，例如“考核信息”下面分“理论”“技能”，选 2 行。指定过的列、改过的格子会留着。";
    /// In the place of the question, once people were imported.
    pub const READ_FOR_GOOD: &str = "已经开始导入过，表头不能再改。要换读法，请重新上传这份表。";
    /// The row of headings is no number.
    pub const ROW_NUMBER: &str = "表头从第几行开始，请只填数字，例如 4。";
    /// Nothing of the proposed was chosen.
    pub const NOTHING_CHOSEN: &str = "一处都没有选。请勾上要改的，或选好改成哪一个，再点。";

    /// Over the names of the columns.
    pub fn headings_at(layout: &Layout) -> String {
        match layout.headings_high {
            0 | 1 => format!("表里的列名（第 {} 行）", layout.headings_at),
            _ => format!("表里的列名（第 {}–{} 行）", layout.headings_at, layout.begins_at() - 1),
        }
    }

    /// What is proposed, and why.
    pub fn mend_reason(reason: MendReason) -> (&'static str, &'static str) {
        match reason {
            MendReason::Day => ("日期写法不一样", "读得懂，改成同一种写法。"),
            MendReason::DaySerial => ("日期成了一串数字", "表格软件把日期存成了天数，改回日期。"),
            MendReason::Digits => ("全角数字、多余的空格和符号", "号码没有变，只去掉多余的。"),
            MendReason::Level => ("等级写法不一样", "改成“三级/高级工”这样的写法。"),
            MendReason::Word => ("性别写法不一样", "改成男或女。"),
            MendReason::Term => ("文化程度、考生来源写法不一样", "改成通用的写法，例如中专写成中等专业学校。"),
            MendReason::IdKind => ("证件类型看不懂", "号码的校验位是对的，证件类型由号码得出。"),
            MendReason::Gender => ("性别空着或看不懂", "由身份证号码得出。"),
            MendReason::Birth => ("出生日期空着或看不懂", "由身份证号码得出。"),
            MendReason::DayAsked => ("日期有几种读法", "年份只有两位，或日和月分不清。请逐个选，不选的不改。"),
            MendReason::GenderDiffers => {
                ("性别和身份证号码不一样", "先核对是性别写错还是号码写错；确定是性别写错的，勾上再改。")
            }
            MendReason::BirthDiffers => {
                ("出生日期和身份证号码不一样", "先核对是日期写错还是号码写错；确定是日期写错的，勾上再改。")
            }
        }
    }

    /// A class that is shorter than its standard.
    pub fn short_hours(hours: &ClassHours, short: ShortHours) -> String {
        format!(
            "这个班写的是 {} 学时，{}，少 {} 学时。请核对学时；确实只有这些，也可以照样导入。",
            short.measured,
            standard(hours),
            short.required - short.measured
        )
    }

    /// What the standard gives.
    pub fn required_hours(hours: &ClassHours) -> String {
        format!("{}。", standard(hours))
    }

    fn standard(hours: &ClassHours) -> String {
        let ClassHours { required, occupation, edition, level, .. } = hours;
        format!("国家职业标准《{occupation}》（{edition}年版）{}的培训参考学时是 {required}", level.name())
    }

    /// What was done, from the short word in the address.
    pub fn said(done: &str) -> Option<&'static str> {
        Some(match done {
            "kept" => "表读好了，试的结果在下面。导入以前什么都没有改。",
            "mapped" => "列名对好了。",
            "unmapped" => "改动已经存下，列还没有对齐。",
            "mended" => "改过的格子重新试过了。",
            "mended-all" => "照选好的改了。要改回去，在下面“改过的”里。",
            "mended-some" => "改好了；其中几格刚才被别人改过，没有动。",
            "put-back" => "改回去了。",
            "put-back-some" => "改回去了；其中几格后来又改过，或已经导入，没有动。",
            "reread" => "按新的表头读好了，试的结果在下面。",
            "reread-unmapped" => "按新的表头读好了，列还没有对齐。",
            "described" => "班级和学时存下了。",
            "photos" => "照片收好了，配上的和没配上的在下面。",
            "photos-some" => "上传的文件里有没取用的，是哪些、为什么，写在“照片”那一栏。",
            "joined" => "照片配上了。",
            "photo-dropped" => "照片删掉了。",
            "rendered" => "照片用原图重做好了。",
            "left-out" => "这一行不导入了。改了主意，在“全部”里点“还是要导入”。",
            "taken-back" => "这一行放回来了，检查结果在下面。",
            "later" => "照片由本人确认时补。",
            "begun" => "开始导入。",
            "paused" => "导入暂停了。",
            "undoing" => "开始撤回。",
            "dropped" => "名单已经丢弃。",
            _ => return None,
        })
    }

    /// The word of a roster's state.
    pub fn state(board: RosterState, done: bool) -> &'static str {
        match board {
            RosterState::Mapping => "要对列名",
            RosterState::Open if done => "已导入",
            RosterState::Open => "待导入",
            RosterState::Running => "正在导入",
            RosterState::Paused => "已暂停",
            RosterState::Undoing => "正在撤回",
            RosterState::Undone => "已撤回",
        }
    }

    /// The sheet names another plan.
    pub fn other_plan(said: &str, own: &str) -> String {
        format!("表头上面写的计划编号是 {said}，这里是 {own}。请核对有没有传错计划。")
    }

    /// The head line: 30 人里，26 人可以导入，4 人要改.
    pub fn summary(board: &RosterBoard) -> String {
        let counts = board.line.counts;
        let mut parts = Vec::new();
        let mut say = |number: u32, words: &str| {
            if number > 0 {
                parts.push(format!("{number} 人{words}"));
            }
        };
        say(counts.done, "已导入");
        say(counts.ready, "可以导入");
        say(counts.faulty, "要改");
        say(counts.refused, "没导入成");
        say(counts.there, "本来就在计划里");
        say(counts.undone, "已撤回");
        say(counts.stays, "已由本人接着办，没撤");
        if counts.left_out > 0 {
            parts.push(format!("{} 行不导入", counts.left_out));
        }
        format!("{} 人里，{}", counts.all(), parts.join("，"))
    }

    /// Under the head line.
    pub fn lead(board: &RosterBoard) -> &'static str {
        let counts = board.line.counts;
        match board.line.state {
            RosterState::Mapping => "先说清楚每一列是什么，再试。",
            RosterState::Undone => "要再导入，请重新上传。",
            _ if counts.faulty + counts.refused > 0 && counts.ready > 0 => {
                "好的现在就能导入；要改的改好以后再导一次，不会重复。"
            }
            _ if counts.faulty + counts.refused > 0 => "照着提示改，改好的马上能导入。",
            _ if counts.ready > 0 => "都可以导入。",
            _ => "没有等着导入的人。",
        }
    }

    /// The word of a row's state.
    pub fn row_state(state: RowState) -> &'static str {
        match state {
            RowState::Ready => "可导入",
            RowState::Faulty => "要改",
            RowState::Done => "已导入",
            RowState::There => "已在计划里",
            RowState::Refused => "没导入成",
            RowState::Undone => "已撤回",
            RowState::Stays => "本人在办",
            RowState::LeftOut => "不导入",
        }
    }

    /// What is wrong with a cell, and what to do.
    pub fn fault(column: Column, kind: &FaultKind, found: &str) -> String {
        let label = column.label();
        match kind {
            FaultKind::Missing => format!("{label}是空的，请补上。"),
            FaultKind::Name(fault) => super::super::form::name_fault(*fault).to_owned(),
            FaultKind::IdKindUnknown => format!("没有“{found}”这种证件。请写居民身份证、护照等证件上的名称。"),
            FaultKind::Id(fault) => {
                let kind = domain::id_document::IdNumber::recognise(found);
                let mut words = super::super::form::id_fault(*fault, Some(kind), found);
                // A number whose birth date or region is wrong has no right end to propose.
                if matches!(fault, IdFault::Check | IdFault::Length)
                    && let Some(last) = last_of(found)
                {
                    words.push_str(&format!("前 17 位没错的话，最后一位是 {last}。"));
                }
                words
            }
            FaultKind::IdLossy => {
                "表格软件把证件号码当成了数字，末几位已经丢了。请照证件重填；原表里把这一列设成文本。".to_owned()
            }
            FaultKind::IdDuplicate { first } => {
                format!("和第 {first} 行是同一个证件号码。请改号码，或把多的那一行设为不导入。")
            }
            FaultKind::GenderUnknown => "性别只能写男或女。".to_owned(),
            FaultKind::GenderMismatch { number_says } => {
                format!("身份证号码里是“{number_says}”，表里是“{found}”。请核对哪个错了。")
            }
            FaultKind::BirthFormat => "看不出是哪一天。请写成 1990-12-15。".to_owned(),
            FaultKind::BirthMismatch { number_says } => {
                format!("身份证号码里是 {number_says}，表里是 {found}。请核对哪个错了。")
            }
            FaultKind::EthnicityUnknown => "不在 56 个民族里。请写全称，例如汉、维吾尔。".to_owned(),
            FaultKind::EducationUnknown => {
                "不是能识别的文化程度。请写大学本科、大专、中等专业学校、高中、初中等。".to_owned()
            }
            FaultKind::Mobile(fault) => super::super::form::mobile_fault(*fault, found),
            FaultKind::SourceUnknown => {
                "不是能识别的考生来源。请写企业、机关、社会、学校（在校生）、军队或其他。".to_owned()
            }
            FaultKind::YearsInvalid => "要写 0 到 60 的整数，不满一年写 0。".to_owned(),
            FaultKind::YearsImpossible { most } => {
                format!("按年龄最多 {most} 年（从 15 岁算）。请核对年限或证件号码。")
            }
            FaultKind::PriorLevelUnknown => "不是能识别的等级。请写五级/初级工到一级/高级技师，没有写无。".to_owned(),
            FaultKind::Email(_) => "不像电子邮箱。请写成 name@example.com，没有就空着。".to_owned(),
            FaultKind::ConditionUnknown { of } => format!("这个计划的申报条件是第 1 到 {of} 条。请写条数，例如 1。"),
            FaultKind::TooLong { length, limit } => format!("{label}有 {length} 个字，最多 {limit} 个。"),
            FaultKind::PhotoMissing => "没有找到照片。".to_owned(),
            FaultKind::PhotoNameMismatch { file_says } => format!("照片文件名写的是“{file_says}”。"),
            FaultKind::PhotoDuplicate => "同一个人有两张照片。".to_owned(),
            FaultKind::Photo(fault) => super::super::photo::fault(fault),
        }
    }

    /// What is wrong with many rows, without what is true of the first of them alone: its length, the end it should have.
    pub fn fault_of_group(group: &FaultGroup) -> String {
        match &group.kind {
            FaultKind::Id(fault) if group.rows > 1 => super::super::form::id_fault(*fault, None, ""),
            FaultKind::Mobile(MobileFault::Length) if group.rows > 1 => {
                super::super::form::mobile_fault(MobileFault::Length, "")
            }
            kind => fault(group.column, kind, &group.found),
        }
    }

    /// The last character of a resident's number that lacks only that one, or has another there.
    fn last_of(found: &str) -> Option<char> {
        let body: String = found.chars().filter(|ch| !ch.is_whitespace()).collect();
        let whole = matches!(body.len(), 17 | 18) && body.is_ascii();
        domain::id_document::resident_check_character(body.get(..17).filter(|_| whole)?)
    }

    /// What is wrong with the photo of a row; none when nothing is.
    pub fn photo_of_row(row: &RosterRow) -> Option<String> {
        match &row.photo {
            None if row.photo_missing => Some("没有找到照片。可以补传、从没配上的里挑，或由本人确认时补。".to_owned()),
            Some(photo) if photo.joining == Joining::OtherName => Some(stray(photo)),
            Some(photo) if !photo.faults.is_empty() => {
                let faults: String = photo.faults.iter().map(super::super::photo::fault).collect();
                Some(format!("照片：{faults}"))
            }
            _ => None,
        }
    }

    /// Why a photo waits for somebody to look.
    pub fn stray(photo: &RosterPhoto) -> String {
        match (&photo.row, photo.joining) {
            (Some((row, name)), Joining::OtherName) => {
                let said = domain::roster::photo_name::read(&photo.file_name).name;
                format!("证件号码和第 {row} 行 {name} 一样，文件名里写的是“{said}”。是同一个人吗？")
            }
            (Some((row, name)), Joining::Twice) => format!("第 {row} 行 {name} 已经有一张照片了。要换成这张吗？"),
            _ => "名单里没有这个证件号码，也没有只有一个人叫这个名字。".to_owned(),
        }
    }

    /// Why an entry of an archive was left out.
    pub fn left_out(why: LeftOutWhy) -> &'static str {
        match why {
            LeftOutWhy::Escapes => "路径指向压缩包外面，没有取用",
            LeftOutWhy::Link => "是链接不是文件，没有取用",
            LeftOutWhy::Broken => "解压不出来，没有取用",
            LeftOutWhy::NotAPicture => "不是照片，没有取用",
            LeftOutWhy::Document => "是表格或文档，不是照片，没有取用。名单请在“再传一份名单”里上传",
        }
    }

    /// Why the import refused a row.
    pub fn row_refusal(refusal: &RowRefusal) -> String {
        match refusal {
            RowRefusal::OtherName => {
                "这个证件号码已经有账号，登记的姓名和表里的不一样。请核对姓名和号码；确实改过名的，到窗口处理。"
                    .to_owned()
            }
            RowRefusal::Rule(refusal) => super::super::form::refusal(refusal),
            RowRefusal::Broken => "这一行导入时出了故障，已经记下。请再导入一次；还不行请联系管理员。".to_owned(),
        }
    }

    /// The name of an official sheet.
    pub fn sheet(kind: SheetKind) -> &'static str {
        match kind {
            SheetKind::Registration => "报名信息表",
            SheetKind::Roster => "花名册",
        }
    }
}
