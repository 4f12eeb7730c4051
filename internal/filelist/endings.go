package filelist

// Extensions lists the file name extensions, in lower case and with the dot, by
// which Find recognises audio and video files in folders: those of the formats
// that ffmpeg reads, except formats without sound, music stored as notes (.mod,
// .xm), samples of unknown rate (.raw, .sw) and extensions more common for other
// files (.dat, .ps).
func Extensions() []string {
	return []string{
		// Audio.
		".wav", ".wave", ".w64", ".rf64", ".bwf", ".aiff", ".aif", ".aifc", ".au", ".snd", ".caf", ".voc", ".ircam",
		".sf", ".pvf", ".nist", ".sph", ".mp3", ".mp2", ".m2a", ".mpa", ".m4a", ".m4b", ".m4r", ".f4a", ".f4b", ".aac",
		".adts", ".3ga",
		".ogg", ".oga", ".ogx", ".opus", ".spx", ".weba", ".mka", ".flac", ".wma", ".ac3", ".eac3", ".ec3", ".dts", ".dtshd",
		".thd", ".mlp", ".ape", ".wv", ".tta", ".tak", ".shn", ".mpc", ".vqf", ".ra",
		".oma", ".omg", ".aa3", ".at3", ".aa", ".aax", ".amr", ".awb", ".amb", ".gsm", ".g722", ".722", ".g723_1", ".g729",
		".sln", ".al", ".ul", ".c2", ".dss", ".qcp", ".sbc", ".msbc", ".aptx", ".aptxhd", ".ilbc", ".lbc", ".loas",
		".latm", ".dsf", ".dff", ".wsd",
		// Video, which usually has sound.
		".mp4", ".m4v", ".mov", ".qt", ".mj2", ".psp", ".isma", ".ismv", ".f4v", ".3gp", ".3gpp", ".3g2", ".3gp2",
		".mkv", ".mk3d", ".webm", ".ogv", ".ogm", ".avi", ".divx", ".amv", ".wmv", ".asf", ".dvr-ms", ".wtv", ".flv",
		".kux", ".swf", ".mpg", ".mpeg", ".mpe", ".mp2v", ".m2p", ".vob", ".vro", ".evo", ".ts", ".m2ts", ".mts",
		".m2t", ".trp", ".tp", ".tod",
		".rm", ".rmvb", ".dv", ".dif", ".mxf", ".gxf", ".nut", ".nsv", ".ty", ".ty+", ".dav", ".viv", ".ivr", ".roq", ".bik",
	}
}
