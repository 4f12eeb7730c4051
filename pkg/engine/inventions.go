package engine

// This file lists what Whisper writes when nobody speaks. Whisper was trained on subtitles,
// which thank the audience over the music at the end and name their authors. There are many
// reports in discussions 679 and 928 of openai/whisper and in the issues of programs based on
// it. The words alone decide nothing: see isMadeUp.

// phrases lists, by language, inventions that people also say.
var phrases = plainTexts(map[string][]string{
	"en": {
		"Thank you.", "Thank you very much.", "Thank you so much.", "Thanks.", "You", "Bye.", "Bye bye.", "So", "Oh",
		"The", "Thanks for watching!", "Thank you for watching.", "Thank you so much for watching.",
		"Thanks for listening.", "Please subscribe.", "Please subscribe to my channel.", "Like and subscribe.",
		"Don't forget to like and subscribe.", "See you next time.", "See you in the next video.",
		"I'll see you in the next video.", "I'll see you next time.", "We'll be right back.", "To be continued.",
	},
	"de": {
		"Vielen Dank.", "Danke.", "Danke schön.", "Vielen Dank fürs Zuschauen.", "Danke fürs Zuschauen.",
		"Bis zum nächsten Mal.", "Tschüss.",
	},
	"fr": {
		"Merci.", "Merci beaucoup.", "Merci d'avoir regardé cette vidéo.", "Abonnez-vous.", "À bientôt.",
		"Au revoir.",
	},
	"es": {
		"Gracias.", "Muchas gracias.", "Gracias por ver el video.", "Gracias por ver.", "Suscríbete.",
		"¡Suscríbete al canal!", "Hasta la próxima.",
	},
	"pt": {"Obrigado.", "Obrigada.", "Obrigado por assistir.", "Inscreva-se no canal.", "Tchau.", "E aí"},
	"it": {"Grazie.", "Grazie mille.", "Grazie per la visione.", "Grazie a tutti.", "Iscrivetevi al canale."},
	"nl": {"Dank u wel.", "Bedankt voor het kijken.", "Tot de volgende keer."},
	"pl": {"Dziękuję.", "Dziękuję za uwagę.", "Dziękuję za oglądanie.", "Do zobaczenia."},
	"ru": {
		"Продолжение следует...", "Спасибо за просмотр!", "Спасибо.",
		"Спасибо за внимание.", "Подписывайтесь на канал.",
		"До свидания.",
	},
	"uk": {"Дякую.", "Дякую за перегляд!", "Дякую за увагу."},
	"tr": {
		"Teşekkürler.", "İzlediğiniz için teşekkür ederim.", "İzlediğiniz için teşekkürler.",
		"Abone olmayı unutmayın.", "Bir sonraki videoda görüşmek üzere.",
	},
	"sv": {"Tack.", "Tack för att du tittade.", "Tack för att ni har tittat."},
	"ja": {
		"ご視聴ありがとうございました", "ご清聴ありがとうございました",
		"ありがとうございました", "おやすみなさい", "次の動画でお会いしましょう",
		"チャンネル登録お願いします",
	},
	"ko": {
		"감사합니다.", "시청해주셔서 감사합니다.", "시청해 주셔서 감사합니다.",
		"구독과 좋아요 부탁드립니다.", "다음 영상에서 만나요.",
	},
	"zh": {
		"谢谢大家", "谢谢", "谢谢观看", "謝謝觀看", "感谢观看",
		"請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
		"请不吝点赞订阅转发打赏支持明镜与点点栏目", "下期再见",
	},
	"ar": {"شكرا", "شكرا لكم", "شكرا على المشاهدة", "اشتركوا في القناة"},
})

// credits lists how subtitle credits begin, in any language.
var credits = plainTexts(map[string][]string{"": {
	"Subtitles by", "Subtitled by", "Captions by", "Captioned by", "Transcribed by", "Transcription by",
	"Translated by Amara", "www.mooji.org", "Copyright WDR", "Copyright Australian Broadcasting",
	"Untertitel im Auftrag des ZDF", "Untertitelung im Auftrag des ZDF", "Untertitelung des ZDF",
	"Untertitel der Amara", "Untertitel von", "Untertitelung aufgrund der Amara", "Sous-titres réalisés",
	"Sous-titres par", "Sous-titres faits par", "Sous-titrage", "Subtítulos realizados por",
	"Subtítulos por la comunidad", "Subtítulos en español de", "Legendas pela comunidade", "Legenda por",
	"Sottotitoli creati dalla comunità", "Sottotitoli e revisione", "Sottotitoli a cura di", "Ondertiteld door",
	"Ondertitels ingediend door", "Ondertiteling door", "Napisy stworzone przez", "Napisy przygotowane przez",
	"Субтитры сделал", "Субтитры создавал", "Субтитры подготовил",
	"Субтитры делал", "Редактор субтитров", "Корректор А", "Altyazı",
	"Undertexter från", "Undertexter av", "Svensktextning", "Danske tekster af", "Tekstning", "字幕由",
	"字幕志愿者", "字幕製作", "字幕by", "자막 제작", "자막 제공", "ترجمة نانسي",
}})[""]

// plainTexts replaces each text by its plainText, so that they can be compared.
func plainTexts(all map[string][]string) map[string][]string {
	for _, texts := range all {
		for i, text := range texts {
			texts[i] = plainText(text)
		}
	}
	return all
}
