package x11

import "sync"

// keysym is X's number for a symbol on a key.
type keysym uint32

const (
	noSymbol     keysym = 0
	symBackSpace keysym = 0xff08
	symTab       keysym = 0xff09
	symReturn    keysym = 0xff0d
	symInsert    keysym = 0xff63
	symShiftL    keysym = 0xffe1
	symShiftR    keysym = 0xffe2
	symControlL  keysym = 0xffe3
	symControlR  keysym = 0xffe4
	symLevel3    keysym = 0xfe03 // AltGr
	symLevel5    keysym = 0xfe11
	unicodePlane keysym = 0x01000000 // added to a code point
)

// symbolOf returns the symbol of a character: its code for Latin-1, else the
// Unicode symbol. Layouts also use the older symbols below.
func symbolOf(r rune) keysym {
	switch r {
	case '\n':
		return symReturn
	case '\t':
		return symTab
	case '\b':
		return symBackSpace
	}
	if r >= 0x20 && r < 0x7f || r >= 0xa0 && r <= 0xff {
		return keysym(r)
	}
	return unicodePlane + keysym(r)
}

// plain returns the symbol that symbolOf returns for the character of s, or s
// itself if it is not an alternative to such a symbol.
func plain(s keysym) keysym {
	if r, ok := oldSymbols()[s]; ok {
		return symbolOf(r)
	}
	if s >= unicodePlane+0xa0 && s <= unicodePlane+0xff {
		return s - unicodePlane
	}
	return s
}

// oldSymbols are the symbols from before Unicode that layouts use, as listed in
// keysymdef.h: those of the Latin, Cyrillic, Greek and other alphabets, and of
// typography.
var oldSymbols = sync.OnceValue(func() map[keysym]rune {
	symbols := map[keysym]rune{}
	for _, run := range []struct {
		first keysym
		text  string // . stands for no character
	}{
		{0x1a1, "Ą˘Ł.ĽŚ..ŠŞŤŹ.ŽŻ.ą˛ł.ľśˇ.šşťź˝žżŔ..Ă.ĹĆ.Č.Ę.Ě..ĎĐŃŇ..Ő." +
			".ŘŮ.Ű..Ţ.ŕ..ă.ĺć.č.ę.ě..ďđńň..ő..řů.ű..ţ˙"},
		{0x2a1, "Ħ....Ĥ..İ.ĞĴ....ħ....ĥ..ı.ğĵ"},
		{0x2c5, "ĊĈ..............Ġ..Ĝ....ŬŜ......ċĉ..............ġ..ĝ....ŭŝ"},
		{0x3a2, "ĸŖ.ĨĻ...ĒĢŦ......ŗ.ĩļ...ēģŧŊ.ŋĀ......Į....Ė..Ī.ŅŌĶ.....Ų...ŨŪ.ā." +
			".....į....ė..ī.ņōķ.....ų...ũū"},
		{0x5ac, "،..............؛...؟.ءآأؤإئابةتثجحخدذرزسشصضطظعغ.....ـفقك" +
			"لمنهوىيًٌٍَُِّْ"},
		{0x6a1, "ђѓёєѕіїјљњћќґўџ№ЂЃЁЄЅІЇЈЉЊЋЌҐЎЏ"},
		{0x6c0, "юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛ" +
			"МНОПЯРСТУЖВЬЫЗШЭЩЧЪ"},
		{0x7a1, "ΆΈΉΊΪ.ΌΎΫ.Ώ..΅―.άέήίϊΐόύϋΰώ"},
		{0x7c1, "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣ.ΤΥΦΧΨΩ.......αβγδεζηθικλμνξοπρσςτυφχψω"},
		{0x8bc, "≤≠≥"},
		{0x8fb, "←↑→↓"},
		{0xaa9, "—–...…"},
		{0xac9, "™......‘’“”"},
		{0xafd, "‚„"},
		{0xce0, "אבגדהוזחטיךכלםמןנסעףפץצקרשת"},
		{0xda1, "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพ" +
			"ฟภมยรฤลฦวศษสหฬอฮฯะัาำิีึื\u0e38\u0e39" +
			"\u0e3a....฿เแโใไๅๆ็่้๊๋์ํ..๐๑๒๓๔๕๖๗๘๙"},
		{0x13bc, "ŒœŸ"},
		{0x20ac, "€"},
	} {
		s := run.first
		for _, r := range run.text {
			if r != '.' {
				symbols[s] = r
			}
			s++
		}
	}
	return symbols
})
