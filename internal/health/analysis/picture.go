package analysis

import (
	"bytes"
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// WriteSVG writes the plot as SVG.
func (p Plot) WriteSVG(w io.Writer) error {
	c := vgsvg.New(plotWidth, plotHeight)
	p.drawOn(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	// Not every machine has the font used for the layout.
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
		[]byte("font-family:'Liberation Sans',Arimo,Helvetica,Arial,sans-serif;")))
	return err
}

// WritePNG writes the plot as PNG, at plotDPI dots per inch.
func (p Plot) WritePNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(plotWidth, plotHeight), vgimg.UseDPI(plotDPI))
	p.drawOn(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// drawOn draws the plot with its legend on the right, outside the plot area.
func (p Plot) drawOn(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	edge := 2 * vg.Millimeter
	c = draw.Crop(c, edge, -edge, edge, -edge)
	bare := *p.plot // without a legend, which is drawn next to it
	bare.Legend = plot.NewLegend()
	bare.Draw(draw.Crop(c, 0, -legendWidth, 0, 0))
	legend := p.plot.Legend
	legend.Top, legend.Left = true, true
	legend.Padding, legend.ThumbnailWidth = 1.5*vg.Millimeter, 6*vg.Millimeter
	legend.Draw(draw.Crop(c, c.Max.X-c.Min.X-legendWidth+3*vg.Millimeter, 0, 0, -10*vg.Millimeter))
}
