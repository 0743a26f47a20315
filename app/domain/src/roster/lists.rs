//! Words that sheets use, and the one form that is kept. Sources: 浙江省职业技能鉴定在线考务系统 考生报名数据规范要求 (2015), and
//! the procedures' own lists.

/// 文化程度 as sheets say it.
pub const EDUCATIONS: [&str; 18] = [
    "研究生",
    "博士研究生",
    "硕士研究生",
    "大学本科",
    "本科",
    "大学专科",
    "大学专科和专科学校",
    "大专",
    "高等职业学校",
    "技师学院",
    "高级技工学校",
    "中等专业学校",
    "中等职业学校",
    "技工学校",
    "高中",
    "普通高中",
    "初中",
    "小学",
];

/// 文化程度 without schooling.
pub const UNSCHOOLED: &str = "文盲或半文盲";

/// 考生来源 as sheets say it.
pub const SOURCES: [&str; 16] = [
    "企业",
    "机关",
    "社会",
    "学校(在校生)",
    "军队",
    "其他",
    "社会人员",
    "企业职工",
    "院校学生",
    "在校学生",
    "学校",
    "机关事业单位",
    "机关事业单位人员",
    "军队人员",
    "社会(社会化鉴定)",
    "事业单位",
];

/// The 56 ethnic groups, GB/T 3304, without 族.
pub const ETHNICITIES: [&str; 56] = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];

/// 民族 beside the 56.
pub const OTHER_ETHNICITY: &str = "其他";

/// Words for "no earlier level"; the first is the one to write.
pub const NO_LEVEL: [&str; 5] = ["无", "无等级", "-", "—", "/"];
