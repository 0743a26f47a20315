//! Sentences for requests that no page answers: what happened, and what to do next.

use axum::http::StatusCode;

/// Title, what happened, what to do next.
pub fn of(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "这个请求没有执行",
            "它不是从本站的页面上发出的，为了安全没有处理，什么都没有改变。",
            "请回到本站，从页面上的按钮再做一次。如果地址栏里的网址和平常不同，请改用通知里的网址打开。",
        ),
        StatusCode::NOT_FOUND => {
            ("没有这一页", "链接可能不完整，或者内容已经撤下。", "请检查网址，或者从首页重新查找。")
        }
        StatusCode::METHOD_NOT_ALLOWED => (
            "这个地址不能这样打开",
            "它只接受页面上的表单，不能直接在地址栏里打开。",
            "请回到上一页，用页面上的按钮操作。",
        ),
        StatusCode::REQUEST_TIMEOUT => {
            ("等得太久了", "网络太慢，内容没有传完，什么都没有改变。", "请换到信号好的地方再试一次，填过的内容还在。")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (
            "内容太大",
            "发送的内容超过了这里允许的大小，没有保存。",
            "照片请小于 20 MB，每份材料请小于 20 MB；页面会说明每一项的准确限制。",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("内容的格式读不了", "发送的内容不是这个页面的表单。", "请刷新页面后再试，填过的已经保存。")
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
            "现在人太多",
            "服务器一时忙不过来，没有做完这一步，已经保存的都还在。",
            "请等半分钟再刷新。名额按提交成功的先后，不看刷新的次数。",
        ),
        status if status.is_server_error() => {
            ("没有成功", "是系统这边出了问题，已经记录，已经保存的都还在。", "请稍后再试；打电话咨询时请报下面的编号。")
        }
        _ => (
            "这个请求没有读懂",
            "可能是旧页面，或者内容没有传完整，什么都没有改变。",
            "请刷新页面后再试，填过的已经保存。",
        ),
    }
}
