package analysis

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func limitStyle() draw.LineStyle {
	return draw.LineStyle{Color: vermilion(), Width: vg.Points(1.2), Dashes: []vg.Length{vg.Points(5), vg.Points(3)}}
}

func markStyle() draw.LineStyle {
	return draw.LineStyle{Color: grey(0x40), Width: vg.Points(0.8), Dashes: []vg.Length{vg.Points(1.5), vg.Points(2)}}
}

// changeMarks are vertical lines over the whole height of a plot, at times in
// seconds since 1970.
type changeMarks []float64

// Plot draws the marks; it implements plot.Plotter.
func (m changeMarks) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, at := range m {
		c.StrokeLine2(markStyle(), x(at), c.Min.Y, x(at), c.Max.Y)
	}
}

// Thumbnail draws the legend's mark; it implements plot.Thumbnailer.
func (m changeMarks) Thumbnail(c *draw.Canvas) { strokeThumbnail(c, markStyle()) }

func strokeThumbnail(c *draw.Canvas, s draw.LineStyle) {
	y := c.Center().Y
	c.StrokeLine2(s, c.Min.X, y, c.Max.X, y)
}

// lineMark and bandMark are legend marks.
type (
	lineMark draw.LineStyle
	bandMark uint8
)

// Thumbnail draws the mark; it implements plot.Thumbnailer.
func (m lineMark) Thumbnail(c *draw.Canvas) { strokeThumbnail(c, draw.LineStyle(m)) }

// Thumbnail draws the mark; it implements plot.Thumbnailer.
func (m bandMark) Thumbnail(c *draw.Canvas) { fillThumbnail(c, blue(uint8(m))) }

// bar is the legend mark of failures.
type bar struct{}

// Thumbnail draws the mark; it implements plot.Thumbnailer.
func (bar) Thumbnail(c *draw.Canvas) { fillThumbnail(c, vermilion()) }

func fillThumbnail(c *draw.Canvas, with color.Color) {
	c.FillPolygon(with, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}

func legend(p *plot.Plot, limit bool) {
	p.Legend.Add("median", lineMark{Color: blue(0xff), Width: vg.Points(1.6)})
	p.Legend.Add("middle 50 %", bandMark(0x80))
	p.Legend.Add("middle 80 %", bandMark(0x38))
	if limit {
		p.Legend.Add("limit", lineMark(limitStyle()))
	}
}
