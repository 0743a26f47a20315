//! Masking a postal address: all after the county is hidden.

use super::Audience;

/// Characters one division's name may have, its last word included (the longest county,
/// 积石山保安族东乡族撒拉族自治县, has 15).
const LONGEST_DIVISION: usize = 16;

/// 通讯地址: up to the county for everyone, four stars for the rest. Where no division can be
/// made out, nothing is shown.
pub fn address(address: &str, _audience: Audience) -> String {
    let mut masked = String::new();
    masked.push_str(&address[..county_end(address)]);
    masked.push_str("****");
    masked
}

/// Bytes of `address` that name divisions down to the county.
fn county_end(address: &str) -> usize {
    let mut end = 0;
    let mut cities = 0;
    while let Some(division) = next_division(&address[end..], end == 0) {
        end += division.bytes;
        match division.rank {
            Rank::County => break,
            Rank::City if cities == 1 => break,
            Rank::City => cities += 1,
            Rank::Region => {}
        }
    }
    end
}

struct Division {
    bytes: usize,
    rank: Rank,
}

enum Rank {
    /// 省, 自治区, 自治州, 地区, 盟: something smaller follows
    Region,
    /// 市: a prefecture, or a county when it comes second
    City,
    /// 区, 县, 旗
    County,
}

/// The division that `rest` begins with; None where streets and villages begin.
fn next_division(rest: &str, at_start: bool) -> Option<Division> {
    let mut name = rest.char_indices().take(LONGEST_DIVISION).peekable();
    // The first character belongs to the name: 市中区, 镇江市, 路桥区, 旗.
    name.next()?;
    while let Some((start, ch)) = name.next() {
        let next = name.peek().map(|(_, next)| *next);
        let bytes = start + ch.len_utf8();
        let found = &rest[..bytes];
        let rank = match ch {
            '省' if at_start => Rank::Region,
            '区' if ends_with_any(found, &["自治区", "地区", "特别行政区"]) => Rank::Region,
            '州' if found.ends_with("自治州") => Rank::Region,
            '盟' if found.ends_with("勒盟") || found.ends_with("安盟") || found.ends_with("善盟") => {
                Rank::Region
            }
            // 住宅小区, 学校 and works are not divisions, though they end alike.
            '区' if ends_with_any(found, &["小区", "社区", "校区", "厂区", "住宅区", "园区", "片区"]) =>
            {
                return None;
            }
            '市' if ends_with_any(found, &["超市", "夜市", "菜市"]) => return None,
            // 沙市区, 津市市: the city's own name ends in the word for city.
            '市' if matches!(next, Some('区' | '县' | '市')) => continue,
            '市' => Rank::City,
            '区' | '县' | '旗' => Rank::County,
            // A street, village or house number, unless part of a name: 新乡县, 景德镇市, 东乡族.
            '路' | '街' | '镇' | '乡' | '村' | '道' | '巷' | '弄' | '号' | '幢' | '栋'
                if !matches!(next, Some('区' | '县' | '市' | '旗' | '族')) =>
            {
                return None;
            }
            ch if ch.is_ascii() => return None,
            _ => continue,
        };
        return Some(Division { bytes, rank });
    }
    None
}

fn ends_with_any(text: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| text.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_down_to_the_county() {
        for (county, rest) in [
            ("浙江省衢州市柯城区", "示例路12号"),
            ("浙江省景宁畲族自治县", "红星街道示例村"),
            ("浙江省江山市", "双塔街道示例小区3幢"),
            ("浙江省义乌市", "苏溪镇示例村"),
            ("浙江省台州市路桥区", "示例街1号"),
            ("北京市朝阳区", "示例路1号"),
            ("上海市浦东新区", "示例路1号"),
            ("山东省济南市市中区", "示例路1号"),
            ("湖北省荆州市沙市区", "示例路1号"),
            ("湖南省常德市津市市", "示例路1号"),
            ("江西省景德镇市珠山区", "示例路1号"),
            ("广东省东莞市", "南城街道示例小区"),
            ("内蒙古自治区锡林郭勒盟锡林浩特市", "示例路1号"),
            ("内蒙古自治区呼伦贝尔市鄂伦春自治旗", "示例镇"),
            ("新疆维吾尔自治区喀什地区疏附县", "示例乡"),
            ("湖北省恩施土家族苗族自治州恩施市", "示例路1号"),
            ("甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县", "示例路"),
            ("香港特别行政区九龙城区", "示例道1号"),
            ("浙江衢州柯城区", "示例路1号"),
        ] {
            let whole = format!("{county}{rest}");
            assert_eq!(address(&whole, Audience::Staff), format!("{county}****"), "{whole}");
        }
    }

    #[test]
    fn an_address_without_divisions_is_hidden() {
        for text in ["", "示例路12号示例小区", "阳光小区3幢2单元", "Room 5, 12 Example Road", "=1+1"] {
            assert_eq!(address(text, Audience::Self_), "****", "{text}");
        }
    }
}
