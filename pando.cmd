@echo off
rem Runs the pando command on a JDK 25 or newer; builds it first when it is missing.
setlocal
set "ROOT=%~dp0"
set "JAR=%ROOT%cli\target\pando-cli-0.1.0-SNAPSHOT.jar"
set "JDK="

if defined JAVA_HOME call :try "%JAVA_HOME%"
for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :try "%%~dp$PATH:J.."
for /d %%D in ("%ProgramFiles%\Java\*" "%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Zulu\*" "%USERPROFILE%\.jdks\*") do call :try "%%~D"
if not defined JDK (
    echo pando: no JDK 25 or newer found ^(looked in JAVA_HOME, PATH, Program Files and .jdks^): install one, for example Temurin 25, and set JAVA_HOME to it 1>&2
    exit /b 2
)

rem Sources are not compared with the jar here: after a change, run mvnw package -pl cli -am.
if not exist "%JAR%" (
    echo pando: building with %JDK%, once 1>&2
    set "JAVA_HOME=%JDK%"
    pushd "%ROOT%"
    call mvnw.cmd -q -B -Dmaven.test.skip=true package -pl cli -am 1>&2
    if errorlevel 1 (
        popd
        echo pando: the build failed 1>&2
        exit /b 1
    )
    popd
)

"%JDK%\bin\java.exe" "-Djdk.serialFilter=!*" --add-opens java.base/java.lang=ALL-UNNAMED -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -cp "%JAR%" dev.pando.cli.Main %*
exit /b %ERRORLEVEL%

rem The release file holds a line such as JAVA_VERSION="25.0.1".
:try
if defined JDK exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do for /f "tokens=1 delims=." %%M in ("%%~V") do if %%M GEQ 25 set "JDK=%~1"
exit /b 0
