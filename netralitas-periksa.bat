@echo off
rem Double click: the page in your browser. The first time it sets itself up, which needs the internet.
cd /d "%~dp0"
if exist .venv\Scripts\netralitas-periksa.exe goto run
echo Menyiapkan netralitas (sekali saja, perlu internet) ...
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))"
if errorlevel 1 (
  echo Perlu Python 3.11 atau yang lebih baru: https://www.python.org/downloads/
  pause
  exit /b 1
)
py -3 -m venv .venv || goto failed
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check -e ".[serve]" || goto failed
:run
.venv\Scripts\netralitas-periksa.exe
if not errorlevel 1 exit /b 0
:failed
echo Ada yang gagal; pesan di atas mengatakan sebabnya.
pause
