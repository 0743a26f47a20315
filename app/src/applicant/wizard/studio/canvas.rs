//! Decoding into a canvas and encoding out of it.

use domain::photo::PhotoFormat;
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, ImageBitmap, Url};

/// Largest side kept of a decoded picture, in pixels: telephones refuse larger canvases.
const LARGEST_SIDE: f64 = 3600.0;

/// Decodes upright: browsers apply the EXIF orientation themselves.
pub async fn decode(file: &Blob) -> Result<HtmlCanvasElement, JsValue> {
    let bitmap = match window().create_image_bitmap_with_blob(file) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(missing) => Err(missing),
    };
    match bitmap {
        Ok(bitmap) => {
            let bitmap: ImageBitmap = bitmap.unchecked_into();
            let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
            let (canvas, context, scale) = base_canvas(width, height)?;
            context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width * scale, height * scale)?;
            bitmap.close();
            Ok(canvas)
        }
        // Older browsers, and formats that only an image element decodes.
        Err(_) => {
            let image = HtmlImageElement::new()?;
            let url = Url::create_object_url_with_blob(file)?;
            image.set_src(&url);
            let decoded = JsFuture::from(image.decode()).await;
            let _ = Url::revoke_object_url(&url);
            decoded?;
            let (width, height) = (f64::from(image.natural_width()), f64::from(image.natural_height()));
            let (canvas, context, scale) = base_canvas(width, height)?;
            context.draw_image_with_html_image_element_and_dw_and_dh(
                &image,
                0.0,
                0.0,
                width * scale,
                height * scale,
            )?;
            Ok(canvas)
        }
    }
}

fn base_canvas(width: f64, height: f64) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d, f64), JsValue> {
    let scale = (LARGEST_SIDE / width.max(height)).min(1.0);
    let (canvas, context) = new_canvas((width * scale) as u32, (height * scale) as u32)?;
    Ok((canvas, context, scale))
}

/// A white canvas: transparent parts become white, as the rules say.
pub fn new_canvas(width: u32, height: u32) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), JsValue> {
    if width == 0 || height == 0 {
        return Err(JsValue::NULL);
    }
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context_of(&canvas).ok_or(JsValue::NULL)?;
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    Ok((canvas, context))
}

pub fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    let _ = js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    Some(context)
}

/// The picture of a canvas as a file.
pub async fn encode(canvas: &HtmlCanvasElement, format: PhotoFormat, quality: u8) -> Result<Blob, JsValue> {
    let promise = Promise::new(&mut |resolve, _reject| {
        let given = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let quality = JsValue::from_f64(f64::from(quality) / 100.0);
        let _ = canvas.to_blob_with_type_and_encoder_options(given.unchecked_ref(), format.media_type(), &quality);
    });
    JsFuture::from(promise).await?.dyn_into()
}
