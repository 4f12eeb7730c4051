package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/config"
)

func configBackup(env *cmdline.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	store := config.DefaultStore()
	if !c.Bool("list") {
		backup, err := store.Backup(place)
		if err != nil {
			return err
		}
		return printBackups(cmdline.Shown(env.Stdout), backup)
	}
	backups, err := store.Backups(place)
	if err != nil {
		return err
	}
	return printBackups(cmdline.Shown(env.Stdout), backups...)
}

func printBackups(w io.Writer, backups ...config.Backup) error {
	for _, b := range backups {
		if _, err := fmt.Fprintf(w, "%s\t%s\n", b.Name, strings.Join(b.Files, " ")); err != nil {
			return err
		}
	}
	return nil
}

func configRestore(env *cmdline.Env, c *cli.Context) error {
	if c.Args().Len() != 1 {
		return errors.New("name one backup, or latest; list backups with: vf-health config backup --list")
	}
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	backup, err := config.DefaultStore().Restore(c.Args().First(), place)
	if err != nil {
		return err
	}
	for _, copied := range backup.Files {
		file := filepath.Join(filepath.Dir(place.File), filepath.Base(copied))
		if _, err := fmt.Fprintf(cmdline.Shown(env.Stdout), "restored %s from backup %s\n", file, backup.Name); err != nil {
			return err
		}
	}
	return nil
}

func configInit(env *cmdline.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	if _, err := os.Stat(place.File); err == nil && !c.Bool("force") {
		return fmt.Errorf("%s already exists; --force replaces it, after a backup", place.File)
	}
	return writeTemplate(env, c, place)
}

func configReset(env *cmdline.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	return writeTemplate(env, c, place)
}
